// One for all: that of the first command of the README, which has the same need.
export { freePort } from '../../examples/quickstart/free-port.ts';

console.log('About to fail');
console.error('Failing as asked');
process.exit(1);

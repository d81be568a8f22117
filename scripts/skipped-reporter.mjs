// Says by name which tests were skipped: an optional part of the machine that is missing must not look like a success. The
// last line counts all.
export default class SkippedReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = (state) =>
      modules.flatMap((module) =>
        [...module.children.allTests(state)].map((test) => `${module.relativeModuleId}: ${test.fullName}`),
      );
    const skipped = tests('skipped');
    if (skipped.length > 0) {
      console.log(`\n${skipped.length} tests were skipped, for the reason in their names:`);
      for (const name of skipped) console.log(`  ${name}`);
    }
    // A file that cannot even be read fails without a test.
    const broken = modules.filter((module) => module.errors().length > 0).length + unhandledErrors.length;
    const failed = tests('failed').length + broken;
    console.log(`\n${tests('passed').length} passed, ${failed} failed, ${skipped.length} skipped`);
  }
}

// Says by name which tests were skipped: an optional part of the machine that is missing must not look like a success.
export default class SkippedReporter {
  onTestRunEnd(modules) {
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test) => `${module.relativeModuleId}: ${test.fullName}`),
    );
    if (skipped.length === 0) return;
    console.log(`\n${skipped.length} tests were skipped, for the reason in their names:`);
    for (const name of skipped) console.log(`  ${name}`);
  }
}

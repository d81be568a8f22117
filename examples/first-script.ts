import { exampleRegions, login } from 'fusion-platform';

const session = await login({
  apiUrl: process.env['FUSION_URL'] ?? 'http://127.0.0.1:8080',
  email: process.env['FUSION_EMAIL'] ?? 'analyst@example.com',
  password: process.env['FUSION_PASSWORD'] ?? '',
});
const organisation = await session.user.organisations().first();
if (!organisation) throw new Error('The user belongs to no organisation');

const region = await organisation.createData({
  name: 'Glasgow',
  fileType: 'GeoJSON',
  files: [exampleRegions.glasgow], // a box around the city; or a path: 'glasgow.geojson'
  wait: true,
});
const { first: service } = await organisation.findServices({ keyword: 'Elevation' });
if (!service) throw new Error('The platform has no such service');

const elevation = await organisation.newProcess({ name: 'Elevation of Glasgow', service });
await elevation.update({ inputNumber: 1, data: region });
await elevation.create();
console.log(`It costs ${elevation.price} credits`);

const executions = await elevation.execute({
  wait: true,
  onProgress: ({ progress }) => process.stdout.write(`\r${progress} %`),
});
console.log();
for (const execution of executions) {
  for await (const component of execution.components()) {
    console.log(component.name, component.success ? 'succeeded' : 'failed', `after ${component.runtime} s`);
    await component.downloadLogFile(`outputs/${component.name}.csv`);
    if (component.intermediate) continue; // what it made only fed the next one
    for await (const output of component.outputs()) {
      for await (const file of output.files()) {
        await file.download({ path: `outputs/${file.file_name}` });
      }
    }
  }
}

// Plain JavaScript, so that an old Node can read it far enough to say what is wrong.
const NEEDED = [24, 0];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(
    `posthorn needs Node ${NEEDED[0]}; this is ${process.versions.node}. It comes with "npm ci": run "npm start", or node_modules/.bin/node local/start.js`,
  );
  process.exit(1);
}
const { main } = await import('./main.ts');
await main(process.argv.slice(2));

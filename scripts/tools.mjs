/** How `npm test`, `npm run check` and `npm run format` run the development tools. */
import { run } from './run.mjs';

/**
 * A program and its arguments.
 * @typedef {string[]} CommandLine
 */

/** No tool takes nearly as long; the slowest are the tests, at a few minutes. */
const TOOL_LIMIT_MS = 30 * 60_000;

/**
 * Returns the command line of a tool in node_modules. Its script is run by the Node at hand, which
 * spares a shell and works the same on Windows.
 * @param {string} script Path in node_modules.
 * @param {...string} args
 * @returns {CommandLine}
 */
export function nodeTool(script, ...args) {
  return [process.execPath, `node_modules/${script}`, ...args];
}

/**
 * Runs a tool. Its stdin is empty, so that nothing it starts waits for the terminal.
 * @param {CommandLine} commandLine
 * @param {Parameters<typeof run>[2]} [options]
 * @returns {Promise<boolean>} Whether it ended well.
 * @throws {import('./run.mjs').Problem} when it cannot be started.
 */
export async function succeeds([command = '', ...args], options) {
  const stdio = /** @type {const} */ (['ignore', 'inherit', 'inherit']);
  const { code } = await run(command, args, {
    limitMs: TOOL_LIMIT_MS,
    ...options,
    stdio: [...stdio],
  });
  return code === 0;
}

/**
 * Loaded into a process before the program: every two seconds it collects garbage and writes its memory to standard
 * error, so that only what is kept counts.
 */
setInterval(() => {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  process.stderr.write(`memory ${heapUsed} ${rss}\n`);
}, 2_000).unref();

// Loaded by a process of a test: it ends with the process that has started it, however that one ends.
process.once('disconnect', () => process.exit())

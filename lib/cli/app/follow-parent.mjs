// Loaded into the server: when the process that started it is killed, and so can't stop it any more, it stops by itself.
// The development server hands this on to a worker of its own, which lives by its channel: that one is left alone.
if (!process.env.NEXT_PRIVATE_WORKER) {
  process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
  process.channel?.unref();
}
// Nobody reads what it prints then, which must not end it before it has written its last events.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

import { serve } from "./app/serve";
import { runCommand } from "./command";

await runCommand("start", "Builds what is stale, brings up the database and serves the app on PORT (3000).", (command) => {
  command.action(() => serve({ mode: "production" }));
});

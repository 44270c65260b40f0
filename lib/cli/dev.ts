import { serve } from "./app/serve";
import { runCommand } from "./command";

await runCommand("dev", "Serves the app with hot reload, on the same database as npm start.", (command) => {
  command.action(() => serve({ mode: "development" }));
});

/** `npm run migration` compares src/store/schema.ts with the migrations written so far and adds the next one. */
import { defineConfig } from "drizzle-kit";

export default defineConfig({
	dialect: "postgresql",
	schema: "./src/store/schema.ts",
	out: "./src/store/migrations",
});

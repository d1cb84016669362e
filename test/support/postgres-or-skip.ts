/** In the project `postgres` a store is one on Postgres, and without Postgres there is nothing to test. */
import { beforeEach, inject } from "vitest";

if (inject("postgres") === undefined) beforeEach(({ skip }) => skip("there is no Postgres"));

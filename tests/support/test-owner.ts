/** The owner of every test database. */
export const TEST_OWNER = { email: "owner@example.com", password: "correct horse battery" } as const;

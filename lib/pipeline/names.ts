/** The application that owns the workflows, and the schema of our own database in which DBOS keeps them. */
export const DBOS_NAME = "footfall";
export const DBOS_SCHEMA = "dbos";

/** The names by which a day is asked for, also by code that does not have the workflow itself. */
export const WORKFLOW_NAME = "daily";
export const QUEUE_NAME = "pipeline";

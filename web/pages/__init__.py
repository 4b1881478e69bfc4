"""The pages people work on: one module a task, thin handlers over the engine."""

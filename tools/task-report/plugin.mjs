/** Writes the result of each task of a run to the file in MILLWRIGHT_TASK_REPORT, if it is set. */
import { writeFileSync } from 'node:fs';

export const name = 'task-report';

export const postTasksExecution = (_, { taskResults }) => {
  const path = process.env.MILLWRIGHT_TASK_REPORT;
  if (!path) return;
  const tasks = Object.values(taskResults).map(({ task, status }) => ({
    id: task.id,
    status,
    outputs: task.outputs,
    seconds: ((task.endTime ?? 0) - (task.startTime ?? 0)) / 1000,
  }));
  writeFileSync(path, JSON.stringify(tasks));
};

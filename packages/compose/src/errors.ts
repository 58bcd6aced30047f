import { type ErrorCatalogue, errorFactory, type ErrorSection, sharedErrors } from '@millwright/toolkit';

/** Errors of stacks. */
const stacks = {
  ENGINE_MISSING: {
    meaning: 'The container engine or its Compose plugin is not installed.',
    remedy: 'install Docker with its Compose plugin (version 2), or podman with podman compose',
  },
  ENGINE_UNREACHABLE: {
    meaning: 'The container engine is not responding, so nothing was started.',
    remedy:
      'start the engine (on Linux: sudo systemctl start docker), and check that the current user has access to it',
  },
  ENGINE_LOST: {
    meaning: 'The container engine stopped responding while a stack was running.',
    remedy: 'start the engine again, then remove the remaining containers: nx run <stack>:down',
  },
  COMPOSE_FILE_INVALID: {
    meaning: 'A Compose file is not valid YAML, or Compose does not accept its content.',
    remedy: 'fix the file at the given line',
  },
  STACK_VARIABLE_MISSING: {
    meaning: 'A Compose file requires a variable that is not set.',
    remedy: 'set the variable in the environment, or in an .env file next to the Compose file',
  },
  SECRET_MISSING: {
    meaning: 'The file of a secret does not exist.',
    remedy: "write the secret to the file, as described in the stack's README; secrets are never printed",
  },
  SERVICE_UNKNOWN: {
    meaning: 'The stack has no service of this name, or none of the active profiles includes the service.',
    remedy: 'use one of the services listed above',
  },
  IMAGE_MISSING: {
    meaning: 'The image of a service is neither available locally nor from a registry.',
    remedy: 'check the image name and the connection to the registry, then pull or build the image',
  },
  IMAGE_BUILD_FAILED: {
    meaning: 'An image with `build:` in the Compose file failed to build.',
    remedy: 'fix the errors above, in the Dockerfile or in the files that it copies',
  },
  IMAGE_UNREADABLE: {
    meaning: 'An image could not be inspected.',
    remedy: 'remove the image and pull it again',
  },
  MOUNT_SOURCE_MISSING: {
    meaning: 'A file to mount does not exist; Docker would create a folder in its place.',
    remedy: 'build the file first',
  },
  MOUNT_BUILD_FAILED: {
    meaning: 'A binary that the stack mounts failed to build.',
    remedy: 'read the build output above',
  },
  MOUNT_SOURCE_IS_FOLDER: {
    meaning: 'The path of a file to mount is a folder.',
    remedy:
      'remove the folder, which an earlier mount of a missing file may have created, and build the file',
  },
  MOUNT_NOT_EXECUTABLE: {
    meaning: 'A binary to mount is not executable, so the container cannot start it.',
    remedy: 'run chmod +x on the file, or build it again',
  },
  MOUNT_FORMAT_REFUSED: {
    meaning: 'A file to mount is not a Linux executable.',
    remedy: 'build the file for Linux',
  },
  MOUNT_ARCHITECTURE_REFUSED: {
    meaning:
      'A binary was built for an architecture that the container engine or the image does not support.',
    remedy:
      "build for the engine's architecture, or install emulation: docker run --privileged tonistiigi/binfmt",
  },
  MOUNT_INTERPRETER_MISSING: {
    meaning: 'The image does not contain the dynamic loader that a binary requires.',
    remedy:
      'use an image with the C library that the binary is linked against, or link the binary statically (libc: "musl")',
  },
  MOUNT_GLIBC_TOO_NEW: {
    meaning: 'A binary requires a newer glibc than the image has.',
    remedy: 'set a lower minimum glibc version, build for musl, or use a newer image',
  },
  MOUNT_LIBRARY_MISSING: {
    meaning: 'A binary requires a shared library that is neither in the image nor mounted.',
    remedy: 'link the library statically, use an image that has it, or mount it (option `libraries`)',
  },
  PORT_IN_USE: {
    meaning: 'A port that the stack publishes is already in use.',
    remedy: 'stop the program that uses the port, publish another port, or pick a free one with --ports=auto',
  },
  SERVICE_UNHEALTHY: {
    meaning: 'A service is running, but its health check failed more often than the Compose file allows.',
    remedy: "read the service's last log lines above, and run its health check with docker exec",
  },
  SERVICE_ENDED: {
    meaning: 'A service that should keep running has exited.',
    remedy: "read the service's last log lines above",
  },
  SERVICE_REMOVED: {
    meaning: 'Another program removed containers of the running stack.',
    remedy: 'start the stack again; to stop a stack, use Ctrl-C or nx run <stack>:down',
  },
  STACK_RUNNING: {
    meaning: 'The stack is already running in another process on this machine.',
    remedy: 'stop the stack with Ctrl-C in its terminal, or run: nx run <stack>:down',
  },
  REAPER_FAILED: {
    meaning:
      'The cleanup process, which removes the containers of a stack when its run ends, failed or could not be started.',
    remedy:
      'check that the system has free memory and is below its process limit, then remove the remaining containers: nx run <stack>:down',
    former: ['GUARDIAN_FAILED'],
  },
  STACK_TIMEOUT: {
    meaning: 'A stack was not ready before the timeout.',
    remedy: "read the services' logs, or set a longer timeout: --timeout=<seconds>",
  },
  STACK_FAILED: {
    meaning: 'Compose failed.',
    remedy: 'fix the error that Compose reports; --verbose shows all of its output',
  },
  FOLDER_NOT_WATCHED: {
    meaning: '`watch` cannot watch a folder, and would miss changes in it.',
    remedy:
      'make the folder readable, or raise the inotify watch limit: sudo sysctl fs.inotify.max_user_watches=524288',
  },
  STACK_TEST_FAILED: {
    meaning: 'The tests that ran against a stack failed.',
    remedy: "read the output of the tests and the services' last log lines above",
  },
} satisfies ErrorCatalogue;

export const errorSections: readonly ErrorSection[] = [{ title: 'Stacks', entries: stacks }];

export const composeError = errorFactory({ ...sharedErrors, ...stacks });

export type ComposeErrorCode = Parameters<typeof composeError>[0];

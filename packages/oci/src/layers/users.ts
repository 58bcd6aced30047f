/** The user that the program runs as. */
export interface ImageUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** The files of users and groups, as a base has them; empty without a base. */
export interface UserFiles {
  readonly passwd: string;
  readonly group: string;
}

/** The usual user without rights in images without a shell. */
export const nonrootId = 65_532;

/**
 * Returns the user of a base by its name.
 * @returns undefined if the base has none; root is always there
 */
export function findUser({ passwd }: UserFiles, wanted: string): ImageUser | undefined {
  for (const line of passwd.split('\n')) {
    const [name = '', , uid = '', gid = '', , home = '/'] = line.split(':');
    if (name === wanted && /^\d+$/.test(uid) && /^\d+$/.test(gid))
      return { name, uid: Number(uid), gid: Number(gid), home };
  }
  return wanted === 'root' ? { name: wanted, uid: 0, gid: 0, home: '/root' } : undefined;
}

/**
 * Adds a user and its group, which has the same name (passwd(5), group(5)) where the files do not have them yet. Root is
 * always there. The user has no password: an `x` would refer to a line in /etc/shadow, without which `su` refuses the user.
 */
export function addUser(files: UserFiles, { name, uid, gid, home }: ImageUser): UserFiles {
  const root = { passwd: 'root:x:0:0:root:/root:/sbin/nologin\n', group: 'root:x:0:\n' };
  const withRoot = (text: string, line: string) => (/^root:/m.test(text) ? text : `${line}${text}`);
  const withLine = (text: string, line: string) =>
    text.split('\n').some((other) => other.startsWith(`${name}:`))
      ? text
      : `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
  return {
    passwd: withLine(
      withRoot(files.passwd, root.passwd),
      `${name}:*:${uid}:${gid}:${name}:${home}:/sbin/nologin`,
    ),
    group: withLine(withRoot(files.group, root.group), `${name}:x:${gid}:`),
  };
}

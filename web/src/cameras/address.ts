// The address of a stream with its login, as FFmpeg and every camera read it.

export function withLogin(location: string, login: { user: string; password: string }): string {
  const parts = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/i.exec(location);
  if (!parts || login.user === "") return location;
  const password = login.password === "" ? "" : `:${encodeURIComponent(login.password)}`;
  return `${parts[1]}${encodeURIComponent(login.user)}${password}@${parts[2]}`;
}

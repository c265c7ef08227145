// What the address says of names that the browser writes by itself, where the server knows others.
export default function ({ data, setTriggerValue }) {
  const address = new URL(window.location.href).searchParams;
  const said = {};
  for (const name of data.names) if (address.has(name)) said[name] = address.get(name);
  if (JSON.stringify(said) !== JSON.stringify(data.known)) setTriggerValue("said", said);
  return undefined;
}

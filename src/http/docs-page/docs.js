// Renders /openapi.json readably. Everything becomes text nodes, never HTML.

const element = (tag, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter((child) => child !== undefined));
  return node;
};

const code = (text) => element('code', {}, text);

/** Text in which `code` between backticks is set as such. */
const prose = (text) =>
  element('span', {}, ...text.split('`').map((part, at) => (at % 2 === 1 ? code(part) : part)));

/** A short name of a schema's type, such as `string (date-time)`, `array of Field`, `"a" | "b"`. */
function typeName(schema) {
  if (!schema) return 'any';
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return variants.map(typeName).join(' | ');
  if (schema.type === 'array') return `array of ${typeName(schema.items)}`;
  return schema.format ? `${schema.type} (${schema.format})` : String(schema.type ?? 'any');
}

function limits(schema) {
  const parts = [];
  if (schema.minimum !== undefined && schema.maximum !== undefined)
    parts.push(`${schema.minimum} to ${schema.maximum}`);
  if (schema.maxLength !== undefined) parts.push(`at most ${schema.maxLength} characters`);
  if (schema.default !== undefined) parts.push(`default ${JSON.stringify(schema.default)}`);
  return parts.join(', ');
}

const table = (heads, rows) =>
  element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element(
      'tbody',
      {},
      ...rows.map((cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, cell)))),
    ),
  );

const describe = (schema, description) =>
  [description ?? schema.description, limits(schema)].filter(Boolean).join(' · ');

function parameters(list) {
  const rows = list.map((item) => [
    code(item.name),
    `${item.in}${item.required ? ', required' : ''}`,
    code(typeName(item.schema)),
    prose(describe(item.schema, item.description)),
  ]);
  return table(['Parameter', 'In', 'Type', 'Meaning'], rows);
}

/** An example value of a schema: its own, else made of its parts. */
function example(schema, schemas, depth = 0) {
  if (!schema || depth > 8) return null;
  if (schema.$ref) return example(schemas[schema.$ref.split('/').at(-1)], schemas, depth + 1);
  if (schema.examples?.length) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if ('const' in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return example(variants[0], schemas, depth + 1);
  if (schema.type === 'array') return [example(schema.items, schemas, depth + 1)];
  if (schema.type === 'object') {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, part]) => [
        name,
        example(part, schemas, depth + 1),
      ]),
    );
  }
  return (
    {
      string: schema.format === 'date-time' ? '2026-09-01T00:00:00.000000Z' : 'text',
      integer: 1,
      number: 1,
      boolean: true,
    }[schema.type] ?? null
  );
}

/** The members of an object, and those of its objects, one row each. */
function members(schema, schemas, path = '', depth = 0) {
  const target = schema.$ref ? schemas[schema.$ref.split('/').at(-1)] : schema;
  if (target.type === 'array') return members(target.items, schemas, `${path}[]`, depth);
  if (depth > 4 || !target.properties) return [];
  return Object.entries(target.properties).flatMap(([name, part]) => {
    const required = target.required?.includes(name) ? ', required' : '';
    const here = path ? `${path}.${name}` : name;
    const row = [code(here), code(typeName(part) + required), prose(describe(part))];
    return [row, ...members(part, schemas, here, depth + 1)];
  });
}

/** What a body or an answer holds: types without a schema share a line, the others are shown one by one. */
function content(label, body, schemas) {
  const types = Object.entries(body.content ?? {});
  const bare = types.filter(([, { schema }]) => !schema).map(([type]) => type);
  const described = types.flatMap(([type, { schema }]) => {
    if (!schema) return [];
    const rows = members(schema, schemas);
    const title = element('h4', {}, `${label}: ${type}`);
    const sample = element('pre', {}, JSON.stringify(example(schema, schemas), null, 2));
    return rows.length > 0 ? [title, table(['Member', 'Type', 'Meaning'], rows), sample] : [title, sample];
  });
  return bare.length > 0 ? [element('h4', {}, `${label}: ${bare.join(', ')}`), ...described] : described;
}

function call(path, method, operation, schemas) {
  const role = operation.security?.length === 0 ? 'open without a key' : `role ${operation['x-role']}`;
  const answers = Object.entries(operation.responses).filter(([status]) => status !== 'default');
  return element(
    'article',
    { id: operation.operationId },
    element('h3', {}, operation.summary),
    element(
      'p',
      { className: 'call' },
      element('span', { className: 'method' }, method.toUpperCase()),
      code(path),
      element('span', { className: 'role' }, role),
    ),
    operation.description ? element('p', {}, prose(operation.description)) : undefined,
    operation.parameters.length > 0 ? parameters(operation.parameters) : undefined,
    operation.requestBody?.description ? element('p', {}, operation.requestBody.description) : undefined,
    ...(operation.requestBody ? content('Request', operation.requestBody, schemas) : []),
    ...answers.flatMap(([status, answer]) => [
      ...content(`Answer ${status}`, answer, schemas),
      ...(answer.content ? [] : [element('h4', {}, `Answer ${status}: no content`)]),
    ]),
  );
}

function show(api) {
  const index = document.querySelector('#index');
  const calls = document.querySelector('#calls');
  calls.replaceChildren();
  const all = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  for (const tag of new Set(all.map(({ operation }) => operation.tags[0]))) {
    index.append(element('h2', {}, tag));
    calls.append(element('h2', {}, tag));
    for (const { path, method, operation } of all.filter((item) => item.operation.tags[0] === tag)) {
      index.append(
        element(
          'a',
          { href: `#${operation.operationId}`, title: `${method.toUpperCase()} ${path}` },
          operation.summary,
        ),
      );
      calls.append(call(path, method, operation, api.components.schemas));
    }
  }
}

function filterCalls(text) {
  const wanted = text.trim().toLowerCase();
  for (const article of document.querySelectorAll('article')) {
    const hidden = wanted !== '' && !article.textContent.toLowerCase().includes(wanted);
    article.hidden = hidden;
    document.querySelector(`#index a[href="#${article.id}"]`).hidden = hidden;
  }
}

const answer = await fetch('/openapi.json');
if (answer.ok) show(await answer.json());
else
  document
    .querySelector('#calls')
    .replaceChildren(`The API description could not be read (${answer.status}).`);
document.querySelector('#search').addEventListener('input', (event) => filterCalls(event.target.value));
if (location.hash) document.querySelector(location.hash)?.scrollIntoView();

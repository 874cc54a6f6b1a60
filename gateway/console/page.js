// Runs in the browser: signs in as an invented person, puts the token on what GraphiQL sends, and fills in operations.

const persona = document.getElementById('persona');
const stepUp = document.getElementById('step-up');
const operation = document.getElementById('operation');
const status = document.getElementById('status');

const plainFetch = window.fetch.bind(window);
/** A minute less than a token lives. */
const TOKEN_MS = 14 * 60 * 1000;
let signedIn = null;

function say(text, isProblem = false) {
  status.textContent = text;
  status.classList.toggle('problem', isProblem);
}

async function signIn() {
  signedIn = null;
  const response = await plainFetch('/sandbox/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ persona: persona.value, stepUp: stepUp.checked }),
  });
  if (!response.ok) return say(`Could not sign in as ${persona.value}.`, true);
  const { token } = await response.json();
  signedIn = { token, until: Date.now() + TOKEN_MS };
  say(persona.selectedOptions[0].title);
  sessionStorage.setItem('try-as', JSON.stringify({ persona: persona.value, stepUp: stepUp.checked }));
}

// A header typed into GraphiQL's own editor wins; everything else goes as the person chosen above.
window.fetch = async (resource, init = {}) => {
  const headers = new Headers(init.headers);
  if (!headers.has('authorization')) {
    if (!signedIn || signedIn.until < Date.now()) await signIn();
    if (signedIn) headers.set('authorization', `Bearer ${signedIn.token}`);
  }
  return plainFetch(resource, { ...init, headers });
};

async function fillPersonas() {
  const before = JSON.parse(sessionStorage.getItem('try-as') ?? '{}');
  const personas = await (await plainFetch('/sandbox/personas')).json();
  for (const { persona: name, description } of personas) {
    const option = new Option(name, name, false, name === before.persona);
    option.title = description;
    persona.add(option);
  }
  stepUp.checked = before.stepUp === true;
  if (personas.length === 0) say('There is nobody to try as: the database was not seeded.', true);
}

async function fillOperations() {
  const operations = await (await plainFetch('/console/operations.json')).json();
  const groups = new Map();
  operations.forEach(({ group, name }, index) => {
    if (!groups.has(group)) {
      const element = document.createElement('optgroup');
      element.label = group;
      operation.append(element);
      groups.set(group, element);
    }
    groups.get(group).append(new Option(name, String(index)));
  });
  operation.addEventListener('change', () => {
    const chosen = operations[Number(operation.value)];
    if (operation.value === '' || !chosen) return;
    write('operation', chosen.query);
    write('variables', chosen.variables);
  });
}

/** Puts text into one of GraphiQL's editors, as if it had been typed. */
function write(editor, text) {
  const model = window.monaco?.editor.getModels().find(({ uri }) => uri.path.includes(editor));
  model?.setValue(text);
}

async function load(source) {
  await new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = source;
    script.addEventListener('load', resolve);
    script.addEventListener('error', reject);
    document.head.append(script);
  });
}

const workers = { editorWorkerService: 'editor', json: 'json', graphql: 'graphql' };
window.MonacoEnvironment = { globalAPI: true, getWorkerUrl: (_id, label) => `/console/${workers[label] ?? 'editor'}-worker.js` };

await Promise.all([fillPersonas(), fillOperations(), load('/console/graphiql.js')]);
persona.addEventListener('change', signIn);
stepUp.addEventListener('change', signIn);
if (persona.value !== '') await signIn();
window.YogaGraphiQL.renderYogaGraphiQL(document.getElementById('graphiql'), {
  title: 'Goodfaith',
  endpoint: '/graphql',
  method: 'POST',
  credentials: 'omit',
  shouldPersistHeaders: false,
  defaultQuery:
    '# Choose a person and an operation above, or write your own.\n\nquery Viewer {\n  viewer {\n    id\n    displayName\n    permissions\n  }\n}\n',
});

// Strict types, and the layers: plugins → widgets, cells → components, charts → model → api.
import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** What each folder of src/ must not import. */
const FORBIDDEN = {
  api: [
    'model',
    'charts',
    'components',
    'widgets',
    'cells',
    'plugins',
    'view',
    'widget',
    'mime'
  ],
  model: [
    'charts',
    'components',
    'widgets',
    'cells',
    'plugins',
    'view',
    'widget',
    'mime'
  ],
  charts: [
    'api',
    'model',
    'components',
    'widgets',
    'cells',
    'plugins',
    'view',
    'widget',
    'mime'
  ],
  components: ['widgets', 'cells', 'plugins', 'widget', 'mime'],
  view: [
    'model',
    'components',
    'widgets',
    'cells',
    'plugins',
    'widget',
    'mime'
  ],
  widgets: ['cells', 'plugins', 'widget', 'mime'],
  cells: ['components', 'widgets', 'plugins', 'widget', 'mime'],
  widget: ['model', 'components', 'widgets', 'cells', 'plugins', 'mime'],
  mime: [
    'model',
    'components',
    'widgets',
    'cells',
    'plugins',
    'widget',
    'page'
  ],
  page: ['model', 'components', 'widgets', 'cells', 'plugins', 'widget', 'mime']
};

const layers = Object.entries(FORBIDDEN).map(([layer, forbidden]) => ({
  files: [`src/${layer}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: forbidden
              .flatMap(name => [`**/${name}`, `**/${name}/**`])
              .map(path => `../${path}`),
            message: `src/${layer} stands below or beside what it imports here.`
          }
        ]
      }
    ]
  }
}));

export default tseslint.config(
  {
    ignores: [
      'lib/**',
      'dist/**',
      'node_modules/**',
      'lightflow_jlab/**',
      'src/api/contract.ts',
      '.venv/**',
      '.test/**',
      '.demo/**',
      '.nox/**',
      'ui-tests/**/playwright-report/**',
      'ui-tests/test-results/**'
    ]
  },
  eslint.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strict],
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: { project: './tsconfig.json' }
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: false }
      ],
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          filter: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      curly: ['error', 'all'],
      eqeqeq: 'error'
    }
  },
  ...layers,
  {
    files: ['src/**/*.spec.{ts,tsx}'],
    languageOptions: { globals: { ...globals.jest } },
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' }
  },
  {
    files: ['*.js', '*.mjs', 'ui-tests/**/*.js'],
    languageOptions: { globals: { ...globals.node } }
  },
  {
    // What they hand to the page runs there.
    files: ['ui-tests/{collaboration,tests}/*.js'],
    languageOptions: { globals: { ...globals.browser } }
  },
  prettier
);

import { askedFor } from './address';

const RUN = '0123456789abcdef0123456789abcdef';
const NOTHING = {
  isOpen: false,
  compared: [],
  experiment_id: null,
  run_id: null
};

test.each([
  ['', '', NOTHING],
  ['', `#/experiments/1/runs/${RUN}`, NOTHING],
  ['?lightflow=a,b', '#/experiments/1', { ...NOTHING, compared: ['a', 'b'] }],
  ['?lightflow=open', '', { ...NOTHING, isOpen: true }],
  ['?lightflow=open', '#/models/net', { ...NOTHING, isOpen: true }],
  [
    '?reset&lightflow=open',
    '#/experiments/12?tab=models',
    { ...NOTHING, isOpen: true, experiment_id: '12' }
  ],
  [
    '?lightflow=open',
    `#/experiments/12/runs/${RUN}/artifacts`,
    { ...NOTHING, isOpen: true, experiment_id: '12', run_id: RUN }
  ]
])('%s%s asks for what it names', (search, hash, asked) => {
  expect(askedFor({ search, hash })).toEqual(asked);
});

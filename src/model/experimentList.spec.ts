import type { Experiment, LightflowClient } from '../api';
import { ExperimentList } from './experimentList';

function experiment(experiment_id: string): Experiment {
  return {
    experiment_id,
    name: experiment_id,
    description: '',
    lifecycle_stage: 'active',
    creation_time: 0,
    last_update_time: Number(experiment_id),
    tags: {},
    run_count: 0,
    seq: 0
  };
}

it('leaves out what was removed for good', async () => {
  const experiments = ['3', '2', '1'].map(experiment);
  const client = {
    experiments: () => Promise.resolve({ experiments, seq: 7 })
  };
  const list = new ExperimentList(client as unknown as LightflowClient);
  await list.load();
  list.apply([experiment('4')], ['2']);
  expect(list.all.map(one => one.experiment_id)).toEqual(['4', '3', '1']);
});

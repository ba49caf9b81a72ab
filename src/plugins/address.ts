/** `?lightflow=open` opens the sidebar; ids of runs, with commas between, their comparison. */
export const ADDRESS_PARAMETER = 'lightflow';
const OPEN = 'open';

/** What the address of the page asks for. */
export interface IAsked {
  isOpen: boolean;
  compared: string[];
  /** As MLflow's client prints it: the server leads from `…#/experiments/1/runs/ID` to here. */
  experiment_id: string | null;
  run_id: string | null;
}

export function askedFor(location: { search: string; hash: string }): IAsked {
  const given = new URLSearchParams(location.search).get(ADDRESS_PARAMETER);
  const isOpen = given === OPEN;
  const [, experiment_id, run_id] =
    (isOpen &&
      /^#\/experiments\/(\d+)(?:\/runs\/([0-9a-f]{32}))?(?:[/?]|$)/.exec(
        location.hash
      )) ||
    [];
  return {
    isOpen,
    compared: isOpen || !given ? [] : given.split(','),
    experiment_id: experiment_id ?? null,
    run_id: run_id ?? null
  };
}

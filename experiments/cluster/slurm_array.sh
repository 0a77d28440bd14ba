#!/bin/bash
# A sweep as a SLURM job array: 50 jobs, each with a fiftieth of the cells.
#
#   sbatch experiments/cluster/slurm_array.sh experiment.yaml /shared/results/my-sweep
#
# Run the same line again to play what is missing: a job that was killed, or ran out of time, costs only the
# cells that were running. When all are done, on any machine: ccsim results /shared/results/my-sweep --csv ...
#
#SBATCH --job-name=ccsim
#SBATCH --array=0-49              # shards count from 0; change the number here and nowhere else
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --signal=B:TERM@60        # a minute before the end: finish the running cells, write them, stop
#SBATCH --output=ccsim-%A-%a.log

set -euo pipefail
experiment=$1
results=$2                        # on a disk that all nodes see; every job writes files of its own there

export OMP_NUM_THREADS=1          # ccsim starts the workers; libraries need no threads of their own
export NUMBA_CACHE_DIR=${NUMBA_CACHE_DIR:-$HOME/.cache/ccsim-numba}   # compile once, not in every job

ccsim sweep "$experiment" --out "$results" --log-every 5m \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --workers "${SLURM_CPUS_PER_TASK:-1}" &
sweep=$!
trap 'kill -TERM $sweep' TERM     # bash hands the signal on, and waits for the end
wait $sweep || { status=$?; wait $sweep || status=$?; exit $status; }

#!/bin/bash
# A dask scheduler and workers on this machine, a sweep on them, and their end.
#
#   experiments/cluster/dask_local.sh experiment.yaml my-sweep 4
#
# On many machines the three parts run in different places: the scheduler on one, a worker line on each of the
# others, and the sweep wherever the results are wanted. Needs: pip install 'ccsim[cluster]'
set -euo pipefail
experiment=$1
results=$2
workers=${3:-2}

state=$(mktemp -d)
processes=()
trap 'kill "${processes[@]}" 2>/dev/null || true; wait; rm -rf "$state"' EXIT

# 1. the scheduler; port 0: any free one. It writes its address into a file
dask scheduler --host 127.0.0.1 --port 0 --no-dashboard --scheduler-file "$state/scheduler.json" \
  2> "$state/scheduler.log" &
processes+=($!)

# 2. workers, a process a core; --nanny (the default) starts a process again that dies
for _ in $(seq "$workers"); do
  dask worker --scheduler-file "$state/scheduler.json" --nthreads 1 --no-dashboard \
    --local-directory "$state" 2>> "$state/workers.log" &
  processes+=($!)
done

# 3. the sweep; the address is in the scheduler's file
until [ -s "$state/scheduler.json" ]; do sleep 0.2; done
address=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["address"])' "$state/scheduler.json")
ccsim sweep "$experiment" --out "$results" --cluster "$address"

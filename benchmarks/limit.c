/* The limit: the same centers in plain C, written for speed alone.
 *
 * Draws as it goes (xoshiro256++ and log), keeps time as int64 microseconds, two binary heaps (who finishes, who
 * gives up), intrusive lists for lines and idle agents, one row of a log for every contact, and at the end one
 * pass over the rows for the simple metrics (counts, means, share within 20 s, occupancy). No quantiles, no
 * intervals, no names, no checks: what a general simulator has to be measured against.
 *
 * gcc -O3 -o limit limit.c -lm; reads a center as numbers from standard input (see limit.py), prints one line.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

enum { MOST = 16, MOST_AGENTS = 1024, HOURS = 24 };
enum { OPEN, ANSWERED, ABANDONED };
static const int64_t HOUR = 3600000000LL;

typedef struct { int64_t time, key; } Entry;
typedef struct {
    int32_t *agent;
    int16_t *queue;
    int8_t *outcome;
    int64_t *queued_at, *answered_at, *talk_ended_at, *ended_at;
    int64_t *patience, *talk; /* drawn at arrival */
    int32_t *next, *previous;  /* in line */
} Rows;

static uint64_t s[4];
static Rows rows;
static int64_t room;

static inline uint64_t turn(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

static inline double uniform(void) {
    uint64_t result = turn(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3];
    s[2] ^= t; s[3] = turn(s[3], 45);
    return (double)(result >> 11) * 0x1p-53;
}

static inline double exponential(double mean) { return -mean * log(1.0 - uniform()); }

static void start_stream(uint64_t seed) { /* splitmix64 */
    for (int i = 0; i < 4; i++) {
        uint64_t z = (seed += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        s[i] = z ^ (z >> 31);
    }
}

static inline void push(Entry *heap, int64_t size, int64_t time, int64_t key) {
    int64_t place = size;
    while (place > 0) {
        int64_t parent = (place - 1) >> 1;
        if (heap[parent].time <= time) break;
        heap[place] = heap[parent];
        place = parent;
    }
    heap[place] = (Entry){time, key};
}

static inline void pop(Entry *heap, int64_t size) {
    Entry last = heap[size - 1];
    int64_t place = 0, child = 1, end = size - 1;
    while (child < end) {
        if (child + 1 < end && heap[child + 1].time < heap[child].time) child++;
        if (last.time <= heap[child].time) break;
        heap[place] = heap[child];
        place = child;
        child = 2 * place + 1;
    }
    heap[place] = last;
}

static void *again(void *old, size_t size) {
    void *fresh = realloc(old, (size_t)room * size);
    if (!fresh) { perror("limit"); exit(1); }
    return fresh;
}

static void make_room(void) {
    rows.agent = again(rows.agent, 4);
    rows.queue = again(rows.queue, 2);
    rows.outcome = again(rows.outcome, 1);
    rows.queued_at = again(rows.queued_at, 8);
    rows.answered_at = again(rows.answered_at, 8);
    rows.talk_ended_at = again(rows.talk_ended_at, 8);
    rows.ended_at = again(rows.ended_at, 8);
    rows.patience = again(rows.patience, 8);
    rows.talk = again(rows.talk, 8);
    rows.next = again(rows.next, 4);
    rows.previous = again(rows.previous, 4);
}

static double cpu_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* the center */
static int queues, groups, agents, choices[MOST], choice[MOST][MOST], priority[MOST];
static int serves[MOST][MOST], served[MOST]; /* queues of a group */
static int headcount[MOST], group_of[MOST_AGENTS];
static double rate[MOST], talk_us[MOST], patience_us[MOST], factor[HOURS], total_rate;
static int64_t wrap_up_us[MOST];

/* the moment */
static int idle_head[MOST], idle_tail[MOST], idle_next[MOST_AGENTS], serving[MOST_AGENTS];
static int64_t line_head[MOST], line_tail[MOST];
static Entry busy[MOST_AGENTS + 1], *impatient;
static int64_t busy_size, impatient_size, impatient_room;

static inline void idle(int agent) {
    int group = group_of[agent];
    idle_next[agent] = -1;
    if (idle_tail[group] >= 0) idle_next[idle_tail[group]] = agent;
    else idle_head[group] = agent;
    idle_tail[group] = agent;
}

static inline void answer(int64_t row, int agent, int64_t now) {
    int queue = rows.queue[row];
    int64_t talk_ends = now + rows.talk[row], ends = talk_ends + wrap_up_us[queue];
    rows.agent[row] = agent;
    rows.answered_at[row] = now;
    rows.talk_ended_at[row] = talk_ends;
    rows.ended_at[row] = ends;
    rows.outcome[row] = ANSWERED;
    serving[agent] = (int)row;
    push(busy, busy_size++, ends, agent);
}

static inline void leave(int64_t row) {
    int queue = rows.queue[row];
    int32_t before = rows.previous[row], after = rows.next[row];
    if (before >= 0) rows.next[before] = after; else line_head[queue] = after;
    if (after >= 0) rows.previous[after] = before; else line_tail[queue] = before;
}

static void arrive(int64_t row, int64_t now) {
    int queue = 0;
    if (queues > 1) {
        double u = uniform() * total_rate;
        while (queue < queues - 1 && u >= rate[queue]) u -= rate[queue++];
    }
    rows.queue[row] = (int16_t)queue;
    rows.queued_at[row] = now;
    rows.agent[row] = -1;
    rows.answered_at[row] = rows.talk_ended_at[row] = rows.ended_at[row] = -1;
    rows.outcome[row] = OPEN;
    rows.talk[row] = llrint(exponential(talk_us[queue]));
    int patient = patience_us[queue] < 0;
    rows.patience[row] = patient ? INT64_MAX : llrint(exponential(patience_us[queue]));
    for (int i = 0; i < choices[queue]; i++) {
        int group = choice[queue][i], agent = idle_head[group];
        if (agent < 0) continue;
        idle_head[group] = idle_next[agent];
        if (idle_head[group] < 0) idle_tail[group] = -1;
        answer(row, agent, now);
        return;
    }
    rows.next[row] = -1;
    rows.previous[row] = (int32_t)line_tail[queue];
    if (line_tail[queue] >= 0) rows.next[line_tail[queue]] = (int32_t)row;
    else line_head[queue] = row;
    line_tail[queue] = row;
    if (patient) return;
    if (impatient_size == impatient_room) {
        impatient_room = impatient_room ? 2 * impatient_room : 1024;
        impatient = realloc(impatient, (size_t)impatient_room * sizeof(Entry));
        if (!impatient) { perror("limit"); exit(1); }
    }
    push(impatient, impatient_size++, now + rows.patience[row], row);
}

static void finish(int agent, int64_t now) {
    int group = group_of[agent];
    int64_t best = -1;
    for (int i = 0; i < served[group]; i++) {
        int queue = serves[group][i];
        int64_t row = line_head[queue];
        if (row < 0) continue;
        if (best >= 0) {
            int other = rows.queue[best];
            if (priority[queue] < priority[other] || (priority[queue] == priority[other] && row > best)) continue;
        }
        best = row;
    }
    if (best < 0) { idle(agent); return; }
    leave(best);
    answer(best, agent, now);
}

static double next_arrival(double at, double end) { /* microseconds; the intensity is constant in an hour */
    double work = exponential(1.0) / total_rate * 1e6;
    while (at < end) {
        double hour_end = floor(at / (double)HOUR + 1) * (double)HOUR;
        double speed = factor[(int)fmod(at / (double)HOUR, HOURS)];
        double step = work / speed;
        if (at + step <= hour_end) return at + step;
        work -= (hour_end - at) * speed;
        at = hour_end;
    }
    return INFINITY;
}

static int64_t simulate(double end) {
    int64_t row = 0, arrives_at;
    double clock = next_arrival(0.0, end);
    for (;;) {
        arrives_at = clock < end ? (int64_t)clock : INT64_MAX;
        int64_t time = arrives_at;
        int what = 0;
        if (impatient_size && impatient[0].time <= time) { time = impatient[0].time; what = 1; }
        if (busy_size && busy[0].time <= time) { time = busy[0].time; what = 2; }
        if (what == 2) {
            int agent = (int)busy[0].key;
            pop(busy, busy_size--);
            finish(agent, time);
        } else if (what == 1) {
            int64_t who = impatient[0].key;
            pop(impatient, impatient_size--);
            if (rows.ended_at[who] >= 0) continue;
            leave(who);
            rows.ended_at[who] = time;
            rows.outcome[who] = ABANDONED;
        } else if (time == INT64_MAX) {
            return row;
        } else {
            if (row == room) { room = room + room / 4 + 1024; make_room(); }
            arrive(row++, time);
            clock = next_arrival(clock, end);
        }
    }
}

static void measure(int64_t count, double end) {
    int64_t offered[MOST] = {0}, lost[MOST] = {0}, answered[MOST] = {0}, within[MOST] = {0};
    int64_t waits[MOST] = {0}, talk[MOST] = {0}, busy_time = 0;
    for (int64_t i = 0; i < count; i++) {
        int queue = rows.queue[i];
        int64_t until = rows.outcome[i] == ANSWERED ? rows.answered_at[i] : rows.ended_at[i];
        offered[queue]++;
        waits[queue] += until - rows.queued_at[i];
        if (rows.outcome[i] == ABANDONED) { lost[queue]++; continue; }
        answered[queue]++;
        within[queue] += until - rows.queued_at[i] <= 20000000;
        talk[queue] += rows.talk_ended_at[i] - rows.answered_at[i];
        busy_time += rows.ended_at[i] - rows.answered_at[i];
    }
    for (int queue = 0; queue < queues; queue++)
        printf("%lld %lld %.6f %.6f %.6f ", (long long)offered[queue], (long long)lost[queue],
               (double)waits[queue] / 1e6, (double)within[queue] / (double)offered[queue],
               (double)talk[queue] / 1e6 / (double)answered[queue]);
    printf("%.6f ", (double)busy_time / end / agents);
}

static void read_center(void) {
    int ok = scanf("%d %d", &queues, &groups) == 2 && queues <= MOST && groups <= MOST;
    for (int q = 0; ok && q < queues; q++) {
        double wrap_up;
        ok = scanf("%lf %lf %lf %lf %d %d", &rate[q], &talk_us[q], &wrap_up, &patience_us[q], &priority[q],
                   &choices[q]) == 6;
        talk_us[q] *= 1e6; patience_us[q] *= 1e6; wrap_up_us[q] = llrint(wrap_up * 1e6);
        total_rate += rate[q];
        for (int i = 0; ok && i < choices[q]; i++) {
            ok = scanf("%d", &choice[q][i]) == 1;
            int group = choice[q][i];
            serves[group][served[group]++] = q;
        }
        line_head[q] = line_tail[q] = -1;
    }
    for (int g = 0; ok && g < groups; g++) {
        ok = scanf("%d", &headcount[g]) == 1 && agents + headcount[g] <= MOST_AGENTS;
        idle_head[g] = idle_tail[g] = -1;
        for (int i = 0; ok && i < headcount[g]; i++) {
            group_of[agents] = g;
            idle(agents++);
        }
    }
    for (int hour = 0; ok && hour < HOURS; hour++) ok = scanf("%lf", &factor[hour]) == 1;
    if (!ok) { fprintf(stderr, "limit: not a center\n"); exit(2); }
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    double days = atof(argv[1]);
    start_stream((uint64_t)atoll(argv[2]));
    read_center();
    double end = days * 24.0 * (double)HOUR, expected = 0, began = cpu_now();
    for (int hour = 0; hour < HOURS; hour++) expected += factor[hour] * total_rate * 3600 * days;
    room = (int64_t)(expected + 6 * sqrt(expected)) + 16;
    make_room();
    int64_t count = simulate(end);
    double simulated = cpu_now();
    measure(count, end);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%.6f %.6f %.3f\n", simulated - began, cpu_now() - simulated, (double)usage.ru_maxrss / 1024);
    return 0;
}

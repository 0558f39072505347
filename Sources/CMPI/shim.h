// The calls of MPI that Lockstep makes, the same for Open MPI and MPICH. Their handles are pointers in one and
// numbers in the other, so they are passed on as bits, and their constants are macros, which Swift does not see.
// Each function returns MPI's error code.
#include <mpi.h>
#include <stdint.h>

/// Some ranks that hear each other.
typedef struct {
  uint64_t bits;
} mpi_group;

/// A transfer that goes on.
typedef struct {
  uint64_t bits;
} mpi_request;

enum { mpi_words_length = MPI_MAX_ERROR_STRING, mpi_name_length = MPI_MAX_PROCESSOR_NAME };

static inline MPI_Comm mpi_handle_of_group(mpi_group group) {
  union {
    uint64_t bits;
    MPI_Comm handle;
  } either = {group.bits};
  return either.handle;
}

static inline mpi_group mpi_group_of_handle(MPI_Comm handle) {
  union {
    uint64_t bits;
    MPI_Comm handle;
  } either = {0};
  either.handle = handle;
  mpi_group group = {either.bits};
  return group;
}

static inline MPI_Request mpi_handle_of_request(mpi_request request) {
  union {
    uint64_t bits;
    MPI_Request handle;
  } either = {request.bits};
  return either.handle;
}

static inline mpi_request mpi_request_of_handle(MPI_Request handle) {
  union {
    uint64_t bits;
    MPI_Request handle;
  } either = {0};
  either.handle = handle;
  mpi_request request = {either.bits};
  return request;
}

static inline mpi_request mpi_no_request(void) { return mpi_request_of_handle(MPI_REQUEST_NULL); }

/// Starts MPI for calls from one thread at a time, with two groups of all ranks that do not hear each other.
static inline int mpi_start(
    int *isThreadSafe, mpi_group *numbers, mpi_group *beats, int *rank, int *count) {
  int level = MPI_THREAD_SINGLE;
  int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &level);
  if (code != MPI_SUCCESS) return code;
  *isThreadSafe = level >= MPI_THREAD_SERIALIZED;
  MPI_Comm copy;
  code = MPI_Comm_dup(MPI_COMM_WORLD, &copy);
  if (code != MPI_SUCCESS) return code;
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_set_errhandler(copy, MPI_ERRORS_RETURN);
  *numbers = mpi_group_of_handle(MPI_COMM_WORLD);
  *beats = mpi_group_of_handle(copy);
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  return MPI_Comm_size(MPI_COMM_WORLD, count);
}

static inline int mpi_finish(void) { return MPI_Finalize(); }

/// The name of this machine, in `mpi_name_length` bytes.
static inline int mpi_machine(char *name) {
  int length = 0;
  return MPI_Get_processor_name(name, &length);
}

/// The words for an error code, in `mpi_words_length` bytes.
static inline int mpi_words(int code, char *words) {
  int length = 0;
  return MPI_Error_string(code, words, &length);
}

static inline int mpi_send_floats(
    mpi_group group, const float *numbers, int count, int peer, mpi_request *request) {
  MPI_Request handle = MPI_REQUEST_NULL;
  int code = MPI_Isend(numbers, count, MPI_FLOAT, peer, 0, mpi_handle_of_group(group), &handle);
  *request = mpi_request_of_handle(handle);
  return code;
}

static inline int mpi_receive_floats(
    mpi_group group, float *numbers, int count, int peer, mpi_request *request) {
  MPI_Request handle = MPI_REQUEST_NULL;
  int code = MPI_Irecv(numbers, count, MPI_FLOAT, peer, 0, mpi_handle_of_group(group), &handle);
  *request = mpi_request_of_handle(handle);
  return code;
}

static inline int mpi_send_words(
    mpi_group group, const int32_t *words, int count, int peer, mpi_request *request) {
  MPI_Request handle = MPI_REQUEST_NULL;
  int code = MPI_Isend(words, count, MPI_INT32_T, peer, 0, mpi_handle_of_group(group), &handle);
  *request = mpi_request_of_handle(handle);
  return code;
}

static inline int mpi_receive_words(
    mpi_group group, int32_t *words, int count, int peer, mpi_request *request) {
  MPI_Request handle = MPI_REQUEST_NULL;
  int code = MPI_Irecv(words, count, MPI_INT32_T, peer, 0, mpi_handle_of_group(group), &handle);
  *request = mpi_request_of_handle(handle);
  return code;
}

/// Collects bytes of all ranks, `counts[r]` of rank r at `places[r]`.
static inline int mpi_gather(
    mpi_group group, const void *bytes, int count, void *all, const int *counts, const int *places,
    mpi_request *request) {
  MPI_Request handle = MPI_REQUEST_NULL;
  int code = MPI_Iallgatherv(
      bytes, count, MPI_BYTE, all, counts, places, MPI_BYTE, mpi_handle_of_group(group), &handle);
  *request = mpi_request_of_handle(handle);
  return code;
}

/// Hands bytes of rank 0 to all.
static inline int mpi_broadcast(mpi_group group, void *bytes, int count, mpi_request *request) {
  MPI_Request handle = MPI_REQUEST_NULL;
  int code = MPI_Ibcast(bytes, count, MPI_BYTE, 0, mpi_handle_of_group(group), &handle);
  *request = mpi_request_of_handle(handle);
  return code;
}

/// Whether all of some requests are done; MPI makes progress meanwhile.
static inline int mpi_test(int count, mpi_request *requests, int *areDone) {
  *areDone = 1;
  for (int index = 0; index < count; index += 1) {
    MPI_Request handle = mpi_handle_of_request(requests[index]);
    if (handle == MPI_REQUEST_NULL) continue;
    int isDone = 0;
    int code = MPI_Test(&handle, &isDone, MPI_STATUS_IGNORE);
    requests[index] = mpi_request_of_handle(handle);
    if (code != MPI_SUCCESS) return code;
    if (!isDone) *areDone = 0;
  }
  return MPI_SUCCESS;
}

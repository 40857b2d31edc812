// Package cache lets a run be done once: [Key] says what a run's tables depend on, a [Registry] remembers the runs, and
// [Decide] says whether tables made before may stand in for a run, and why or why not.
//
// The registry is a BigQuery table, dit_runs, in a dataset of the user's choice ([BigQuery]); [Memory] is the same for tests
// and programs without one. package cachetest holds the contract both keep.
//
// A hit is believed only if nothing else could be meant: the whole key is equal, the run succeeded, it has not expired, and
// every table it made still has the version that was recorded when it was made.
package cache

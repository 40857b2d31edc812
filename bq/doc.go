// Package bq is the little that every part of dit needs of BigQuery: names of tables, the version of a table, a copy, a
// dataset that exists, and errors that a program can act upon. Statements and job options stay with those who need them.
//
// # Errors
//
// Functions of this package return what the service answered, classified: errors.Is(err, [ErrNotFound]) and its sisters tell
// the kind. Errors of other calls go through [Classify]. Every kind is an infrastructure failure (exit code 5 of dit)
// unless the caller knows better: a table which the user named and which is not there is a bad argument (exit code 2).
//
// The client retries by itself, with growing pauses and until the context ends, what BigQuery documents as worth a retry:
// answers 500, 502, 503 and 504, reasons backendError and rateLimitExceeded, refused and reset connections. Give it a
// context with a deadline. What arrives here was either not worth a retry or has outlasted the context.
package bq

// Package audit is what people and other programs read of the registry: lists of runs, and all that is known of one call, as a
// page, as a manifest or as OpenLineage events. It reads and never writes.
package audit

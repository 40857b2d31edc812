// Package workflows turns a question about a pipeline into a [Plan]: a DAG of content-addressed steps, as data.
//
// Nothing here does I/O. A workflow is a function from a [Request] to a Plan ([ModeEquivalence]); the pipeline it speaks
// of is a [Descriptor], read from YAML. Whoever executes a Plan (the Dagger module, or the dit command line) decides
// where and when; what runs, over which days, into which tables, is all here.
//
// Dates are half-open, [start, end), everywhere but at one place: [Range.forPipeline] converts to what the pipeline's own
// command line expects.
package workflows

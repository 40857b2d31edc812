// Package steps does what one step of a [workflows.Plan] says: look at the sources, make tables, compare two of them, draw
// the conclusion. Each step reads the JSON files of the steps before it and writes its own; who runs them, and in which
// containers, is not known here.
//
// What a step hands to the next is apart from what it tells a person: [Tables] depends only on the tables that exist, so a
// comparison of the same tables is the same work; [Outcome] has the times, the logs and the reasons.
package steps

// Package compare says whether two BigQuery tables hold the same rows.
//
// [Tables] reads both sides in one statement that never leaves BigQuery and
// gives back counts, differences per column, and a few sample rows. It claims
// equality only for what it has looked at.
//
// # What is equal
//
//  1. Columns are matched by name, without regard to case or position, as
//     BigQuery does. A column on one side only, or of another type, is a
//     difference. Another mode, spelling, position or length limit is a note, and
//     so is another name that [Options.Rename] gives.
//  2. Rows with the same key are matched. Without keys the whole row is the key.
//  3. Rows under one key form a multiset: the same row twice is not the same as
//     once. Equal rows cancel first. If one row is left on each side these two
//     are compared column by column; other leftovers count as unpaired.
//  4. NULL equals NULL, in keys as well, and differs from every value. NaN
//     equals NaN. -0.0 equals 0.0. A NULL array is an empty array, because that
//     is how BigQuery stores it. A NULL STRUCT differs from a STRUCT of NULLs.
//  5. Strings are compared by their code points: no trimming, no collation.
//     JSON is compared by the text the engine keeps for it; an engine that keeps
//     the order of members sees another order as a difference (BigQuery does not
//     keep it).
//     INTERVAL counts months, days and time apart; GEOGRAPHY is compared by its
//     WKB.
//  6. Everything else is exact, unless a [Tolerance] says otherwise. A tolerance
//     is applied between the two rows of rule 3, inside STRUCTs and ARRAYs element
//     by element.
//  7. A [Normalisation] works like a tolerance: values are compared as they are,
//     and only where they differ, between the two rows of rule 3, once more after
//     normalisation. NULL still differs from every value.
//
// # Verdict
//
// [Identical] always means the values as they are. Rows that agree only within a
// tolerance or after normalisation make the verdict [WithinTolerance], with a
// reason for each such column that says in how many rows.
//
// A proven difference is [Different], whatever else could not be read. Without
// one, anything that was not looked at makes the verdict [NotComparable]: a type
// with no comparison, tables that changed meanwhile, a byte budget, two empty
// tables. [Result.Reasons] names each.
package compare

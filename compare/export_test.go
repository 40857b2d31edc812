//go:build sandbox

package compare

// For the tests outside the package, which may import what imports it.
var (
	Engine = engine
	Run    = run
)

// TableOf names a table that a test makes.
func TableOf(name string) Table {
	return Table{Project: testProject, Dataset: testDataset, Name: name}
}

package compare

// Explanation says where the differing rows are. Without keys, a key is a whole row.
type Explanation struct {
	// Summary says it in one line.
	Summary string `json:"summary"`
	// Keys is how many keys both sides have together, Differing how many of them
	// have a difference that is not let pass.
	Keys      int64 `json:"keys"`
	Differing int64 `json:"differing"`
	// First is the first differing key in the order of the keys; empty where no
	// samples were kept.
	First []Value `json:"first,omitempty"`
	// Dimensions are columns of which a few values have most of the differing keys,
	// the most telling first. Where there is none it holds one column over whose
	// values they are spread.
	Dimensions []Dimension `json:"dimensions,omitempty"`
	// Together are the columns that differ in the same changed pairs, the most
	// frequent first.
	Together []Together `json:"together,omitempty"`
}

// Dimension is a column by whose values differing keys were counted. A key has the
// left side's value, where the left has the key.
type Dimension struct {
	Column string `json:"column"`
	// By is "day", in UTC, for columns of times, else "value".
	By string `json:"by"`
	// Values is how many distinct ones there are, NULL among them, Touched how many of
	// them have a differing key, TouchedKeys how many keys, differing or not.
	Values      int64 `json:"values"`
	Touched     int64 `json:"touched"`
	TouchedKeys int64 `json:"touched_keys"`
	// From and To are the first and last day that is touched; empty where one is NULL.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Top are the values with the most differing keys.
	Top []DimensionValue `json:"top"`
}

// DimensionValue is a value, nil for NULL, with the keys that have it.
type DimensionValue struct {
	Value     *string `json:"value"`
	Differing int64   `json:"differing"`
	Keys      int64   `json:"keys"`
}

// Together is a set of columns, and in how many changed pairs just these differ.
type Together struct {
	Columns []string `json:"columns"`
	Pairs   int64    `json:"pairs"`
}

package compare

import "github.com/GlobalFishingWatch/dit/bq"

// Table and Version are those of package bq.
type (
	Table   = bq.Table
	Version = bq.Version
)

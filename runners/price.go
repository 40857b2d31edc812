package runners

// Prices are what Google asks for a job, in US dollars.
type Prices struct {
	// Date is the month of which the prices are, Region the region.
	Date, Region string
	// VCPUHour, MemoryGBHour and DiskGBHour are per hour, ShuffleGB per gigabyte that is shuffled (of a streaming job: processed).
	VCPUHour, MemoryGBHour, DiskGBHour, ShuffleGB float64
}

// PricesOf are the list prices of jobs of that kind, without discounts. They are those of one region, and differ by some percent
// in others: an estimate says how many digits a bill will have.
func PricesOf(streaming bool) Prices {
	p := Prices{Date: "2025-01", Region: "us-central1", VCPUHour: 0.056, MemoryGBHour: 0.003557, DiskGBHour: 0.000054, ShuffleGB: 0.011}
	if streaming {
		p.VCPUHour, p.ShuffleGB = 0.069, 0.018
	}
	return p
}

// cost is what the usage costs by these prices.
func (p Prices) cost(u Usage) float64 {
	return u.VCPUSeconds/3600*p.VCPUHour + u.MemoryGBSeconds/3600*p.MemoryGBHour + u.DiskGBSeconds/3600*p.DiskGBHour + u.ShuffleGB*p.ShuffleGB
}

package steps

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"golang.org/x/sync/errgroup"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// rename gives the source the identity that it has after the mutations. They are pure functions of the rows, so base, texts and the
// statement that they make together name what comes out, whatever table or view holds it.
func (t *SourceTable) rename(s workflows.Source, chain []workflows.Mutation) {
	if len(chain) == 0 {
		return
	}
	t.Base = &Base{Table: t.Table, Identity: t.Identity}
	if t.Identity == "" {
		return
	}
	// The statement has besides the columns that the descriptor names, and the form of this version of dit.
	t.Identity = fmt.Sprintf("%s, after %s (%x)", t.Identity, texts(chain), sha256.Sum256([]byte(workflows.Altered("base", s, chain))))
}

// base is the table behind the source: what can change while it is read.
func (t SourceTable) base() Base {
	if t.Base != nil {
		return *t.Base
	}
	return Base{Table: t.Table, Identity: t.Identity}
}

// altered reports whether Table is what the mutations made.
func (t SourceTable) altered() bool { return t.Base != nil && t.Table != t.Base.Table }

// alter makes of each source that has mutations what these give, and has the runs read that. What it made goes again when one of
// them cannot serve.
func alter(ctx context.Context, client *bigquery.Client, plan *workflows.Plan, found *Sources, progress io.Writer) error {
	altered := make([]SourceTable, len(plan.Descriptor.Sources))
	all, each := errgroup.WithContext(ctx)
	for i, s := range plan.Descriptor.Sources {
		if altered[i] = found.Tables[s.Name]; altered[i].Base == nil {
			continue
		}
		all.Go(func() error {
			err := alterOne(each, client, plan, s, &altered[i])
			if err != nil {
				err = fmt.Errorf("source %s: %w", s.Name, err)
			}
			return err
		})
	}
	err := all.Wait()
	for i, s := range plan.Descriptor.Sources {
		found.Tables[s.Name] = altered[i]
	}
	if err != nil {
		return errors.Join(err, found.dropAltered(ctx, client))
	}
	for _, s := range plan.Descriptor.Sources {
		if t := found.Tables[s.Name]; t.altered() {
			for _, m := range t.Mutations {
				fmt.Fprintf(progress, "mutated: %s\n", m)
			}
			fmt.Fprintf(progress, "source %s: read from %s\n", s.Name, t.Table)
		}
	}
	return nil
}

// dropAltered takes back what alter made.
func (s *Sources) dropAltered(ctx context.Context, client *bigquery.Client) (err error) {
	for _, t := range s.Tables {
		if t.altered() {
			err = errors.Join(err, dropAltered(ctx, client, t.Table))
		}
	}
	return err
}

// alterOne proves the mutations of a source and then makes the view or table; t says so afterwards.
func alterOne(ctx context.Context, client *bigquery.Client, plan *workflows.Plan, s workflows.Source, t *SourceTable) error {
	chain := plan.MutationsOf(s.Name)
	before, err := t.Base.Table.Of(client).Metadata(ctx)
	if err != nil {
		return fmt.Errorf("metadata of %s: %w", t.Base.Table, bq.Classify(err))
	}
	var columns []string
	for _, f := range before.Schema {
		columns = append(columns, f.Name)
	}
	s = s.Spelled(columns)
	proven, err := prove(ctx, client, plan, s, t.Base.Table, chain)
	if err != nil {
		return err
	}
	made := bq.Table{Project: plan.Project, Dataset: plan.Dataset, Name: strings.ReplaceAll(fmt.Sprintf("%s_%s_%s_altered", s.Name, plan.ExperimentID, plan.RunID), "-", "_")}
	query := workflows.Altered(t.Base.Table.SQL(), s, chain)
	description := fmt.Sprintf("%s after %d mutations", t.Base.Table, len(chain))
	if plan.MaterialiseMutations {
		err = materialise(ctx, client, made, before, query, description, labels(plan, ""))
	} else {
		err = made.Of(client).Create(ctx, &bigquery.TableMetadata{ViewQuery: query, Description: description, Labels: labels(plan, ""), ExpirationTime: time.Now().Add(tableLifetime)})
	}
	if err != nil {
		return fmt.Errorf("making the mutated source %s: %w", made, bq.Classify(err))
	}
	after, err := made.Of(client).Metadata(ctx)
	if err == nil && !strings.EqualFold(form(after.Schema), form(before.Schema)) {
		err = fmt.Errorf("%w: its columns after the mutations are %s, and were %s", ErrBadSource, form(after.Schema), form(before.Schema))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("looking at the mutated source %s: %w", made, err), dropAltered(ctx, client, made))
	}
	t.Table, t.Version, t.Mutations = made, bq.VersionOf(after), proven
	if t.RowsInRange >= 0 {
		t.RowsInRange = proven[len(proven)-1].RowsAfter
		t.Situations, err = situations(ctx, client, made, s, plan.Range)
	}
	return err
}

// form is what must stay of a schema: names, in any case, and types, in their order.
func form(schema bigquery.Schema) string {
	var fields []string
	for _, f := range schema {
		text := f.Name + " " + standardType(string(f.Type))
		if len(f.Schema) > 0 {
			text += form(f.Schema)
		}
		if f.Repeated {
			text += " REPEATED"
		}
		fields = append(fields, text)
	}
	return "(" + strings.Join(fields, ", ") + ")"
}

// dropAltered takes back what nobody reads; when it cannot, the registry's clean-up finds it by its label.
func dropAltered(ctx context.Context, client *bigquery.Client, t bq.Table) error {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime)
	defer done()
	if err := bq.Classify(t.Of(client).Delete(ctx)); err != nil && !errors.Is(err, bq.ErrNotFound) {
		return fmt.Errorf("drop %s: %w", t, err)
	}
	return nil
}

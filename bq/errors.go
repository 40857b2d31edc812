package bq

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/googleapi"
)

// The kinds of failure that a caller may want to tell apart, with [errors.Is].
var (
	// ErrNotFound: the table, dataset, project or job does not exist, or the credentials may not see it.
	ErrNotFound = errors.New("not found")
	// ErrConflict: it exists already, or was changed by another meanwhile.
	ErrConflict = errors.New("conflict")
	// ErrPermission: no credentials, expired ones, or credentials without the role.
	ErrPermission = errors.New("permission denied")
	// ErrQuota: a quota, a rate limit or the limit of bytes billed is exhausted.
	ErrQuota = errors.New("quota exceeded")
	// ErrInvalid: the service understood and refused: a wrong statement, a wrong argument, data that do not fit.
	ErrInvalid = errors.New("refused as invalid")
	// ErrUnavailable: the service did not answer, or answered that it cannot now.
	ErrUnavailable = errors.New("service unavailable")
)

var hints = map[error]string{
	ErrQuota:       "wait, lower the parallelism, or raise the quota or limit",
	ErrUnavailable: "check the network and the endpoint, then run again: what was finished is kept",
}

// Error is a classified failure. Its kind is one of this package's sentinels.
type Error struct {
	Kind error
	// Err is what the client or the service said.
	Err error
}

var _ error = (*Error)(nil)

// Error gives the kind, the answer and, where there is one, a next step.
func (e *Error) Error() string {
	text := fmt.Sprintf("%v: %v", e.Kind, e.Err)
	hint := hints[e.Kind]
	if e.Kind == ErrPermission {
		hint = remedy(e.Err)
	}
	if hint != "" {
		text += "; " + hint
	}
	return text
}

// Unwrap gives the kind and the cause, for errors.Is and errors.As.
func (e *Error) Unwrap() []error { return []error{e.Kind, e.Err} }

// Classify gives the error its kind, as an [*Error]. Nil, an error that has a kind, one of no known kind and the end of
// the context come back as they are.
func Classify(err error) error {
	var classified *Error
	if err == nil || errors.As(err, &classified) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if kind := kindOf(err); kind != nil {
		return &Error{Kind: kind, Err: err}
	}
	return err
}

func kindOf(err error) error {
	// The reason is finer than the status: 403 is both a missing role and an exhausted quota.
	var answer *googleapi.Error
	if errors.As(err, &answer) {
		for _, item := range answer.Errors {
			if kind := kindOfReason(item.Reason); kind != nil {
				return kind
			}
		}
		return kindOfStatus(answer.Code)
	}
	var failed *bigquery.Error // of a job
	if errors.As(err, &failed) {
		return kindOfReason(failed.Reason)
	}
	if kind := kindOfToken(err); kind != nil {
		return kind
	}
	var address *url.Error
	var network net.Error
	if errors.As(err, &address) || errors.As(err, &network) {
		return ErrUnavailable
	}
	return nil
}

func kindOfStatus(code int) error {
	switch {
	case code == http.StatusNotFound:
		return ErrNotFound
	case code == http.StatusConflict || code == http.StatusPreconditionFailed:
		return ErrConflict
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		return ErrPermission
	case code == http.StatusTooManyRequests:
		return ErrQuota
	case code >= 500:
		return ErrUnavailable
	case code >= 400:
		return ErrInvalid
	}
	return nil
}

// reasons are those of https://cloud.google.com/bigquery/docs/error-messages.
var reasons = map[error][]string{
	ErrNotFound:    {"notFound"},
	ErrConflict:    {"duplicate", "conditionNotMet"},
	ErrPermission:  {"accessDenied", "authError", "insufficientPermissions", "billingNotEnabled", "blocked"},
	ErrQuota:       {"quotaExceeded", "rateLimitExceeded", "jobRateLimitExceeded", "bytesBilledLimitExceeded", "billingTierLimitExceeded", "resourcesExceeded", "responseTooLarge"},
	ErrInvalid:     {"invalid", "invalidQuery", "invalidUser", "resourceInUse", "notImplemented", "parseError", "badRequest"},
	ErrUnavailable: {"backendError", "internalError", "jobBackendError", "jobInternalError", "tableUnavailable", "timeout", "stopped"},
}

func kindOfReason(reason string) error {
	for kind, of := range reasons {
		if slices.Contains(of, reason) {
			return kind
		}
	}
	return nil
}

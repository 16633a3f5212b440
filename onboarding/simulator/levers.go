package simulator

import (
	"fmt"
	"slices"
	"time"
)

// Levers are what Iron and its compliance team would do to a customer or to an
// identity check, pulled by hand, by a script, by a scenario or by a test. Each
// is recorded as an Event, and refused with ErrNotNow where the record's status
// makes no sense of it.

// onCustomer pulls a lever on a customer.
func (s *Simulator) onCustomer(id, lever, detail string, pull func(*world, *customer) error) error {
	return s.do(func(w *world) error { return w.onCustomer(id, lever, detail, pull) })
}

func (w *world) onCustomer(id, lever, detail string, pull func(*world, *customer) error) error {
	c, err := w.customer(id)
	if err != nil {
		return err
	}
	mark := w.note(lever, c.id, detail)
	if err := pull(w, c); err != nil {
		w.dropEvent(mark)
		return err
	}
	w.refresh(c)
	return nil
}

// onCheck pulls a lever on an identification.
func (s *Simulator) onCheck(id, lever, detail string, pull func(*world, *identification) error) error {
	return s.do(func(w *world) error { return w.onCheck(id, lever, detail, pull) })
}

func (w *world) onCheck(id, lever, detail string, pull func(*world, *identification) error) error {
	i, err := w.identification(id)
	if err != nil {
		return err
	}
	if i.status == IdentificationArchived {
		return fmt.Errorf("%w: the identification is %s", ErrNotNow, i.status)
	}
	return w.onCustomer(i.customerID, lever, detail, func(w *world, _ *customer) error { return pull(w, i) })
}

// refuseIn is the error for a lever that makes no sense in these statuses.
func (i *identification) refuseIn(statuses ...IdentificationStatus) error {
	if slices.Contains(statuses, i.status) {
		return fmt.Errorf("%w: the identification is %s", ErrNotNow, i.status)
	}
	return nil
}

// Suspend blocks a customer, at whatever stage. Iron's compliance acts next.
func (s *Simulator) Suspend(customerID string) error {
	return s.onCustomer(customerID, "suspend", "", func(_ *world, c *customer) error {
		c.suspended = true
		return nil
	})
}

// Reinstate ends Suspend: the customer is back where its records say.
func (s *Simulator) Reinstate(customerID string) error {
	return s.onCustomer(customerID, "reinstate", "", func(_ *world, c *customer) error {
		c.suspended = false
		return nil
	})
}

// Archive closes a customer and all its identifications for good, as Iron's API
// document says.
func (s *Simulator) Archive(customerID string) error {
	return s.onCustomer(customerID, "archive", "", (*world).archive)
}

func (w *world) archive(c *customer) error {
	c.archived = true
	for _, i := range c.identifications {
		w.closePage(i)
		w.moveTo(i, IdentificationArchived)
	}
	return nil
}

// RequireUser says that the partner has to create the partner-area user first.
func (s *Simulator) RequireUser(customerID string) error {
	return s.onCustomer(customerID, "require user", "", func(_ *world, c *customer) error {
		c.userRequired = true
		return nil
	})
}

// CreateUser ends RequireUser: the partner has created the user.
func (s *Simulator) CreateUser(customerID string) error {
	return s.onCustomer(customerID, "create user", "", func(_ *world, c *customer) error {
		c.userRequired = false
		return nil
	})
}

// RequireNewCheck puts a customer back to IdentificationRequired although its
// newest identification is approved, until it makes a new one.
func (s *Simulator) RequireNewCheck(customerID string) error {
	return s.onCustomer(customerID, "require new check", "", func(_ *world, c *customer) error {
		c.newCheck = true
		return nil
	})
}

// UnknownCustomerStatus makes the API say any word as the customer's status,
// until ReleaseCustomerStatus.
func (s *Simulator) UnknownCustomerStatus(customerID, word string) error {
	return s.onCustomer(customerID, "unknown customer status", word, func(_ *world, c *customer) error {
		c.held = CustomerStatus(word)
		return nil
	})
}

// ReleaseCustomerStatus ends UnknownCustomerStatus.
func (s *Simulator) ReleaseCustomerStatus(customerID string) error {
	return s.onCustomer(customerID, "release customer status", "", func(_ *world, c *customer) error {
		c.held = ""
		return nil
	})
}

// SetLag lets the customer's status stay that far behind its records, as it does
// while Iron catches up. Zero ends it; what is already late stays late.
func (s *Simulator) SetLag(customerID string, lag time.Duration) error {
	return s.onCustomer(customerID, "lag", lag.String(), func(_ *world, c *customer) error {
		c.lag = max(lag, 0)
		return nil
	})
}

// SignFirst says whether the documents come before the identity check.
func (s *Simulator) SignFirst(customerID string, on bool) error {
	return s.onCustomer(customerID, "sign first", onOff(on), func(_ *world, c *customer) error {
		c.signsFirst = on
		return nil
	})
}

// Shuffle makes the customer's lists come in no order, the same one each time.
func (s *Simulator) Shuffle(customerID string, on bool) error {
	return s.onCustomer(customerID, "shuffle", onOff(on), func(_ *world, c *customer) error {
		c.shuffled = on
		return nil
	})
}

// SetScript gives the customer another script. It takes over at the next thing
// that the customer does.
func (s *Simulator) SetScript(customerID, script string) error {
	return s.onCustomer(customerID, "script", script, func(_ *world, c *customer) error {
		if _, err := scriptNamed(script); err != nil {
			return err
		}
		c.script = script
		return nil
	})
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

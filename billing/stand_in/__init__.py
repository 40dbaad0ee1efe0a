"""A stand-in for Stripe on 127.0.0.1, for tests and for trying payments out: no money moves.

It speaks what `billing/stripe` asks for (`routes.py` lists it) as API version 2026-10-28.endive
does, with all parameters held to the installed library's own types: what is not among them is
refused with `parameter_unknown`, `payment_method_types` with the code that it has today, another
`Stripe-Version` too. What Stripe can and this can't is refused with `not_in_stand_in`, never left
out in silence. State is kept in memory. It imports nothing of the site.

In a test::

    from billing.stand_in.server import StandIn

    with StandIn() as stripe:                       # or StandIn(webhook=url, secret="whsec_...")
        settings.STRIPE_API_BASE = stripe.url       # with any key that begins with sk_test_
        ...
        stripe.control("pay", session=id)           # what a person does on the page
        for event in stripe.events():               # oldest first, and what else happened since
            body, signature = stripe.webhooks.signed(event)
            client.post("/billing/webhook/", body, content_type="application/json",
                        headers={"Stripe-Signature": signature})

As a program: `python -m billing.stand_in --port 8020 --webhook URL --secret whsec_...`. A person
pays at /pay/<session> and manages at /portal/<session>, where our pages send them.

Control calls, as `stripe.control(name, ...)` or `POST /__admin/<name>` with a JSON object:

=============  =================================================================================
pay            session, card="paid", code="": complete a checkout session. Cards: paid, declined
               (402), later_declined (pays now, no renewal), delayed (the money arrives later; a
               subscription is `incomplete` until then), delayed_fails
arrive         session, fails=False: delayed money comes, or does not
expire         session
portal         session, do=switch|cancel|keep|card|pay, subscription, price, card: a portal's button
card           customer, card: what is paid with from now on
forward        seconds=0, days=0: set the clock forward; renewals, retries of failed payments
               (three, three days apart, then the subscription ends) and expiries happen then
dispute        payment_intent: a bank wants it back
dispute-over   dispute, won
fail           match="POST /v1/checkout", times=1, status=500|429|402|..., html=False, hang=0.0,
               cut=False, after=False: spoil the next answers (`faults.py`)
webhooks       held=True keeps events until release=[ids, in this order] or [] for all; copies=20;
               shuffled=True; signature="wrong"|"stale"|"none"|"good"; version="2020-08-27";
               only=[types]; to=[[url, secret], ...]
send           event, times=1: deliver it once more
journal        what was asked of the API, what was delivered with which status, what is held
reset          forget everything
=============  =================================================================================

`stripe.webhooks.idle()` waits until all is delivered or given up; `stripe.store` holds the objects
(`stripe.store.all("subscription")`, newest first).
"""

"""Where plans are compared, bought and looked after."""

from django.urls import path

from billing.views import change, own, pricing, webhook

urlpatterns = [
    path("pricing/", pricing.pricing, name="pricing"),
    path("pricing/plan/", pricing.buy_plan, name="buy_plan"),
    path("pricing/pack/", pricing.buy_pack, name="buy_pack"),
    path("billing/", own.billing, name="billing"),
    path("billing/change/", change.change_plan, name="change_plan"),
    path("billing/cancel/", own.cancel, name="cancel_plan"),
    path("billing/resume/", own.resume, name="resume_plan"),
    path("billing/portal/", own.portal, name="billing_portal"),
    path("billing/invoices/", own.invoices, name="billing_invoices"),
    path("billing/orders/<uuid:pk>/", own.order_state, name="order_state"),
    path("billing/webhook/", webhook.webhook, name="stripe_webhook"),
]

"""The numbers of a Plivo account: what each can do, who answers it, moved one by one or several at once, and rented."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import phonenumbers
from flask import Blueprint, flash, redirect, render_template, request, url_for

from flowbuilder.errors import FlowbuilderError, NotFound
from flowbuilder.publishing.account import AnswerLost, Offer, PlivoNumber
from flowbuilder.web import current
from flowbuilder.web.holders import Holders
from flowbuilder.web.moving import move_numbers
from flowbuilder.web.paging import Paging, asked_filters
from flowbuilder.web.wording import phone_number, plural

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from flowbuilder.publishing.account import Account

plivo_numbers = Blueprint("plivo_numbers", __name__)

FILTERS = ("number_startswith", "type", "services", "alias", "subaccount")
OFFER_FILTERS = ("type", "pattern", "region", "city", "services", "eligible")
NOTHING = "nothing"


@plivo_numbers.get("/accounts/<auth_id>/numbers")
def page(auth_id: str) -> ResponseReturnValue:
    """One page of the numbers, filtered as Plivo can."""
    fb = current()
    account = fb.accounts.get(auth_id)
    asked = asked_filters(FILTERS)
    found = account.number_records_page(asked.query)
    holders = Holders(fb, account)
    applications = account.applications_page().objects
    holders.learn(applications)
    numbers = [PlivoNumber.from_json(item) for item in found.objects]
    return render_template(
        "account/numbers.html",
        account=fb.accounts.view(auth_id),
        numbers=[(number, holders.of(number.application_id)) for number in numbers],
        filters=asked.given,
        paging=Paging.of(found, asked),
        ours=holders.ours,
        others=[item for item in applications if holders.deployment(str(item["app_id"])) is None],
    )


@plivo_numbers.post("/accounts/<auth_id>/numbers/move")
def move(auth_id: str) -> ResponseReturnValue:
    """Lets another Application, or nothing, answer the numbers that were ticked."""
    fb = current()
    account = fb.accounts.get(auth_id)
    chosen = request.form.getlist("number")
    target = request.form.get("app_id_typed", "").strip() or request.form.get("app_id", "")
    if not chosen:
        raise FlowbuilderError("Tick the numbers first, then choose what answers them.")
    if not target:
        raise FlowbuilderError("Choose what answers these numbers, then try again.")
    app_id = None if target == NOTHING else target
    words = "Nothing"
    if app_id is not None:
        holder = Holders(fb, account).of(app_id)
        if holder is None or holder.is_gone:
            raise NotFound(f"There is no Application {app_id} in this account. Choose another.")
        words = holder.words[:1].upper() + holder.words[1:]
    moved = move_numbers(fb, account, chosen, app_id)
    done = [phone_number(one.name) for one in moved if not one.refusal]
    if done:
        flash(f"{words} answers {', '.join(done) if len(done) < 4 else plural(len(done), 'number')} now.", "ok")
    for one in moved:
        if one.refusal:
            flash(one.refusal, "error")
    kept = urlencode(asked_filters(FILTERS).given)
    return redirect(url_for("plivo_numbers.page", auth_id=auth_id) + (f"?{kept}" if kept else ""), 303)


@plivo_numbers.get("/accounts/<auth_id>/numbers/rent")
def search(auth_id: str) -> ResponseReturnValue:
    """Numbers for rent in a country, with their price."""
    fb = current()
    account = fb.accounts.get(auth_id)
    asked = asked_filters(OFFER_FILTERS)
    country = request.args.get("country", "").strip().upper()
    offers: list[Offer] = []
    paging, refusal = None, ""
    if country:
        try:
            offers, found = account.search_numbers(country, asked.query)
            paging = Paging.of(found, asked, country=country)
        except FlowbuilderError as refused:
            refusal = str(refused)
    return render_template(
        "account/rent.html",
        account=fb.accounts.view(auth_id),
        country=country,
        filters=asked.given,
        offers=offers,
        paging=paging,
        refusal=refusal,
    )


@plivo_numbers.get("/accounts/<auth_id>/numbers/rent/<country>/<number>")
def confirm(auth_id: str, country: str, number: str) -> ResponseReturnValue:
    """What renting costs, before it is done; the price is read anew."""
    fb = current()
    offer = _offer(fb.accounts.get(auth_id), country, number)
    return render_template("account/rent_one.html", account=fb.accounts.view(auth_id), offer=offer, country=country)


@plivo_numbers.post("/accounts/<auth_id>/numbers/rent/<country>/<number>")
def rent(auth_id: str, country: str, number: str) -> ResponseReturnValue:
    """Rents the number at the price that was shown. A lost answer is looked into, never asked for twice."""
    fb = current()
    account = fb.accounts.get(auth_id)
    offer = _offer(account, country, number)
    here = url_for("plivo_numbers.confirm", auth_id=auth_id, country=country, number=number)
    if request.form.get("agreed") != "yes":
        flash("Tick that you agree to the price first.", "error")
        return redirect(here, 303)
    if request.form.get("price") != f"{offer.setup_rate}/{offer.monthly_rate}":
        flash("The price has changed since it was shown. Look at it again.", "error")
        return redirect(here, 303)
    try:
        status = account.rent_number(offer.number)
    except AnswerLost:
        status = account.get_number(offer.number).number and "Success"
    if status.lower() == "pending":
        flash(f"{phone_number('+' + offer.number)} is ordered; Plivo waits for papers. See Plivo's console.", "warn")
    else:
        flash(f"{phone_number('+' + offer.number)} is yours. Choose what answers it.", "ok")
    return redirect(url_for("plivo_numbers.page", auth_id=auth_id, number_startswith=offer.number), 303)


def _offer(account: Account, country: str, number: str) -> Offer:
    """The number as it is for rent now. Raises NotFound where it is not any more."""
    prefix = str(phonenumbers.country_code_for_region(country.upper()))
    offers, _ = account.search_numbers(country.upper(), {"pattern": number.removeprefix(prefix)})
    for offer in offers:
        if offer.number == number:
            return offer
    raise NotFound(f"{phone_number('+' + number)} is not for rent any more. Search again.")

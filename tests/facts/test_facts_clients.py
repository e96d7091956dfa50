"""Rows about one client belong together; the store tells clients apart by codes and holds no name. All are invented."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

import callanalytics as ca
from callanalytics import intake
from callanalytics.casework.open_promises import open_promises
from callanalytics.reports import case
from callanalytics.store import Store

OFFICE = {"office": "Alder", "timezone": "Eastern", "wait_origin": "dial", "time_refers_to": "start"}
HEADER = "Date,Time,Client,Hold,Result,Callback promised\n"
CALLS = (
    '3/14/2022,9:10 AM,"Diaz, Maria",42,Tier 1,72 hours\n'
    "3/14/2022,1:20 PM,Osei Ama,31,Tier 1,72 hours\n"
    "3/15/2022,9:40 AM,various,25,Tier 1,No\n"
)


def store_of(folder, *rows, header=HEADER):
    log = folder / "USCIS calls.csv"
    log.write_text(header + CALLS + "".join(rows))
    intake.ingest([log], folder / "store", new_office=True, **OFFICE)
    return folder / "store"


def links(store):
    """The link of each callback, and the hour of the call whose promise it answers."""
    log = ca.load(store)
    hours = {each["promise_id"]: each["hour"] for each in log.promises.to_arrow().to_pylist()}
    rows = sorted(log.callbacks.to_arrow().to_pylist(), key=lambda each: each["started_at_utc"])
    return [(each["link"], hours.get(each["promise_id"])) for each in rows]


@pytest.mark.parametrize("name", ["Osei Ama", "OSEI, AMA", "Ama Oséi"])
def test_a_callback_that_names_a_client_is_certainly_for_that_clients_promise(name, tmp_path):
    store = store_of(tmp_path, f'3/16/2022,2:15 PM,"{name}",,"USCIS called back, answered",\n')
    assert links(store) == [("certain", 13)]


@pytest.mark.parametrize("name", ["", "various", "see notes", "Yes", "OA", "Chen Li"])
def test_a_callback_that_names_no_client_with_a_promise_is_only_possibly_for_one(name, tmp_path):
    store = store_of(tmp_path, f'3/16/2022,2:15 PM,{name},,"USCIS called back, answered",\n')
    assert [link for link, _ in links(store)] == ["possible"]


def test_a_file_number_stays_as_written(tmp_path):
    store = store_of(tmp_path, "3/16/2022,9:10 AM,22-014,25,Tier 1,No\n", header=HEADER.replace("Client", "Matter"))
    assert "22-014" in ca.load(store).agency_calls.to_arrow().column("matter").to_pylist()


def test_calls_about_one_client_and_reason_are_one_episode(tmp_path):
    header = HEADER.replace("Result", "Reason")
    log = tmp_path / "USCIS calls.csv"
    rows = (("14", "Diaz"), ("15", "Osei"), ("21", "Diaz"))
    log.write_text(header + "".join(f"3/{day}/2022,9:10 AM,{name},42,expedite,No\n" for day, name in rows))
    intake.ingest([log], tmp_path / "store", new_office=True, **OFFICE)
    calls = ca.load(tmp_path / "store").agency_calls.to_arrow().sort_by("started_at_utc")
    assert calls.column("episode_call").to_pylist() == [1, 1, 2]


def test_one_call_noted_in_two_rows_for_two_clients_is_one_call(tmp_path):
    header = "Date,Time,Client,Hold,Agent ID,Result\n"
    for name, client in (("a", "Diaz"), ("b", "Osei")):
        (tmp_path / f"USCIS calls {name}.csv").write_text(f"{header}3/14/2022,9:10 AM,{client},42,Q4471,spoke\n")
    intake.ingest([tmp_path], tmp_path / "store", new_office=True, **OFFICE)
    assert len(ca.load(tmp_path / "store").agency_calls) == 1


def test_a_case_is_found_by_its_clients_name(tmp_path):
    found = case.find(ca.load(store_of(tmp_path)), matter="maria diaz")
    assert [promise["hour"] for promise in found.promises] == [9]


SURNAMES = (
    "Garcia Lopez Perez Torres Nguyen Singh Patel Kim Chen Ali Khan Diaz Silva Osei Okafor Tran Wang Cruz".split()
)


def invented_log(seed):
    """Half a year of calls about 60 clients, with their callbacks in rows of their own, and the call of each."""
    draw = random.Random(seed)
    clients = [f"{draw.choice('ABCDEFGHJKLMNPRST')}. {draw.choice(SURNAMES)}" for _ in range(60)]
    rows, calls = [], {}
    for n in range(120):
        called = datetime(2022, 1, 3, 8) + timedelta(days=3 * n // 2, minutes=draw.randrange(480))
        client, is_promised = draw.choice(clients), draw.random() < 0.6
        rows.append((called, client, "40", "Tier 1", "72 hours" if is_promised else "No"))
        if is_promised:
            back = (called + timedelta(days=draw.randrange(1, 6))).replace(hour=draw.randrange(8, 18), minute=n % 60)
            result = f"USCIS called back, {draw.choice(('answered', 'missed'))}"
            rows.append((back, client, "", result, ""))
            calls[back] = called
    return sorted(rows), calls


def test_links_by_name_are_those_of_the_world_the_log_is_of(tmp_path):
    right = []
    for seed in range(4):
        rows, calls = invented_log(seed)
        folder = tmp_path / str(seed)
        folder.mkdir()
        lines = (f'{call:%m/%d/%Y,%I:%M %p},{who},{wait},"{what}",{back}\n' for call, who, wait, what, back in rows)
        (folder / "USCIS calls.csv").write_text(HEADER + "".join(lines))
        intake.ingest([folder / "USCIS calls.csv"], folder / "store", new_office=True, **OFFICE)
        log = ca.load(folder / "store")
        called = {each["agency_call_id"]: each["started_at_utc"] for each in log.agency_calls.to_arrow().to_pylist()}
        asked = {each["promise_id"]: called[each["agency_call_id"]] for each in log.promises.to_arrow().to_pylist()}
        callbacks = log.callbacks.to_arrow().to_pylist()
        assert {each["link"] for each in callbacks} == {"certain"}
        found = {local(each["started_at_utc"]): local(asked[each["promise_id"]]) for each in callbacks}
        right += [found[back] == call for back, call in calls.items()]
    assert sum(right) >= 0.97 * len(right)


def local(moment):
    return moment.astimezone(ZoneInfo("America/New_York")).replace(tzinfo=None)


def test_an_open_promise_is_known_by_the_row_of_its_call_where_no_file_number_is(tmp_path):
    found = open_promises(ca.load(store_of(tmp_path), as_of="2022-04-29"))
    assert sorted(promise.matter for promise in found) == ["row 2", "row 3"]


@pytest.mark.parametrize("column", ["Client", "Matter", "File", "Client/Matter"])
def test_no_name_is_stored_and_a_name_is_enough_to_erase_a_client(column, tmp_path):
    store = store_of(tmp_path, header=HEADER.replace("Client", column))
    matters = Store.open(store).read("entries").column("matter").to_pylist()
    assert len({matter for matter in matters if matter}) == 2
    contents = [str(matters).encode(), *(path.read_bytes() for path in store.rglob("*") if path.is_file())]
    assert not any(name in content.lower() for content in contents for name in (b"diaz", b"osei"))
    assert intake.forget(store, matter="maria diaz").rows == 1
    intake.ingest([tmp_path / "USCIS calls.csv"], store, **OFFICE)
    assert len(ca.load(store).agency_calls) == 2


@pytest.mark.parametrize("cell", ["USCIS", "Alder & Birch LLP", "wife", "the firm", "above", "internal", "el cliente"])
def test_a_word_that_names_no_client_ties_no_callback_to_a_promise(cell, tmp_path):
    rows = f"3/14/2022,9:10 AM,{cell},42,Tier 1,72 hours\n3/14/2022,1:20 PM,{cell},31,Tier 1,72 hours\n"
    log = tmp_path / "USCIS calls.csv"
    log.write_text(f'{HEADER}{rows}3/16/2022,2:15 PM,{cell},,"USCIS called back, answered",\n')
    intake.ingest([log], tmp_path / "store", new_office=True, **OFFICE)
    assert [link for link, _ in links(tmp_path / "store")] == ["possible"]


@pytest.mark.parametrize("name", ["See, Vang", "Son, Ngoc", "New, Ana"])
def test_a_surname_that_is_also_a_word_names_a_client(name, tmp_path):
    call = f'3/15/2022,1:20 PM,"{name}",31,Tier 1,72 hours\n'
    callback = f'3/16/2022,2:15 PM,"{name}",,"USCIS called back, answered",\n'
    assert links(store_of(tmp_path, call, callback)) == [("certain", 13)]


@pytest.mark.parametrize("cell", ["22-014 Diaz", "Diaz, Ana (22-014)", "22-014 Ana Diaz / Osei", "Diaz 22-014 (I-485)"])
def test_a_name_beside_a_file_number_is_not_stored_and_the_number_is(cell, tmp_path):
    header = HEADER.replace("Client", "Client/Matter")
    row = f'3/14/2022,9:10 AM,"{cell}",42,Tier 1,72 hours\n'
    (tmp_path / "USCIS calls.csv").write_text(header + row + "3/15/2022,9:40 AM,22-015,25,Tier 1,72 hours\n")
    store = tmp_path / "store"
    intake.ingest([tmp_path / "USCIS calls.csv"], store, new_office=True, **OFFICE)
    contents = [path.read_bytes().lower() for path in store.rglob("*") if path.is_file()]
    assert not any(name in content for content in contents for name in (b"diaz", b"osei"))
    shown = sorted(promise.matter for promise in open_promises(ca.load(store, as_of="2022-04-29")))
    assert len(shown) == 2
    assert "22-014" in shown[0]
    assert shown[1] == "22-015"


@pytest.mark.parametrize("named", ["22-014", "Osei", "ama OSEI", "Ana Diaz / 22-014 Osei, Ama"])
def test_a_client_beside_another_is_erased_by_the_number_or_the_name(named, tmp_path):
    cell = "Ana Diaz / 22-014 " + ("Osei" if named == "Osei" else "Osei, Ama")
    header = HEADER.replace("Client", "Matter")
    row = f'3/14/2022,9:10 AM,"{cell}",42,Tier 1,72 hours\n'
    (tmp_path / "USCIS calls.csv").write_text(header + row + "3/15/2022,9:40 AM,22-015,25,Tier 1,72 hours\n")
    intake.ingest([tmp_path / "USCIS calls.csv"], tmp_path / "store", new_office=True, **OFFICE)
    assert intake.forget(tmp_path / "store", matter=named).rows == 1


def test_a_client_named_beside_another_is_erased_by_the_own_name(tmp_path):
    store = store_of(tmp_path, '3/16/2022,2:15 PM,"Chen Li; Kofi Boa",31,Tier 1,No\n')
    assert intake.forget(store, matter="boa, kofi").rows == 1


NAMES = "Diaz Osei Chen Garcia Lopez Perez Torres Nguyen Singh Patel Kim Ali".split()


def log_of_clients(clients, first_wait=20):
    """A call a day from March 14, each with another wait, about these clients."""
    header = HEADER.replace("Callback promised", "Reason")
    days = enumerate(clients, 14)
    rows = (f"3/{day}/2022,9:{day} AM,{name},{first_wait + day},Tier 1,expedite\n" for day, name in days)
    return header + "".join(rows)


def test_a_log_whose_clients_are_spelled_anew_has_each_call_once(tmp_path):
    log = tmp_path / "USCIS calls.csv"
    log.write_text(log_of_clients(NAMES))
    intake.ingest([log], tmp_path / "store", new_office=True, **OFFICE)
    log.write_text(log_of_clients(f"M. {name}" for name in NAMES))
    intake.ingest([log], tmp_path / "store", **OFFICE)
    assert len(ca.load(tmp_path / "store").agency_calls) == 12


@pytest.mark.parametrize(("first_wait", "n_calls"), [(20, 12), (45, 21)])
def test_two_people_who_spell_a_client_in_two_ways_noted_one_call_if_the_waits_agree(first_wait, n_calls, tmp_path):
    # The second person noted the first nine calls again; with other waits, they are nine further calls.
    (tmp_path / "USCIS calls of Ann.csv").write_text(log_of_clients(NAMES))
    spelled = log_of_clients((f"M. {name}" for name in NAMES[:9]), first_wait)
    own = "".join(f"4/{day}/2022,8:30 AM,Boa,{50 + day},Tier 1,expedite\n" for day in range(14, 19))
    (tmp_path / "USCIS calls of Bo.csv").write_text(spelled + own)
    intake.ingest([tmp_path], tmp_path / "store", new_office=True, **OFFICE)
    assert len(ca.load(tmp_path / "store").agency_calls) == n_calls + 5


def test_a_log_read_before_names_were_codes_has_each_call_once_after_it_is_read_again(tmp_path, monkeypatch):
    log = tmp_path / "USCIS calls.csv"
    log.write_text(log_of_clients(NAMES[:11]).replace("Client", "Matter"))
    with monkeypatch.context() as before:
        before.setattr("callanalytics.normalize.contacts.coded_matter", lambda text, office_id: text)
        intake.ingest([log], tmp_path / "store", new_office=True, **OFFICE)
    assert "Diaz" in Store.open(tmp_path / "store").read("entries").column("matter").to_pylist()
    log.write_text(log_of_clients(NAMES).replace("Client", "Matter"))
    intake.ingest([log], tmp_path / "store", **OFFICE)
    matters = ca.load(tmp_path / "store").agency_calls.to_arrow().column("matter").to_pylist()
    assert len(matters) == 12
    assert "Diaz" not in matters

"""The picture frame: page settings, navigation, the shared query bar, and the page."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.keys import listen
from components.common.page_style import page_name, page_style
from components.common.shared_bar import CORPUS, NOTHING, WHOLE, shared_bar
from components.visitor.browser_visitor import browser_visitor
from pages.corpora.notes import notes
from pages.search.offered_rankers import offered_rankers
from pages.share.history import keep_history
from pages.share.keep_step import begin_page, keep_step, keeper
from pages.share.link_button import ABOUT, link_button, link_notices, take_from_link
from pages.share.page_links import PAGE_LINKS
from state import navigation, url_state
from state.corpora.examples import example_query
from state.corpora.library import corpus_names
from state.share import app_pages, page_link
from state.share.current_view import current_view, name_page
from state.visitor import recognise, visitor_id

NO_QUERY = {"corpora": CORPUS, "training": CORPUS, "parity": CORPUS}
NO_QUERY |= dict.fromkeys(("", "models", "lessons", "about", "walkthroughs", "blind-vote"), NOTHING)

st.set_page_config(page_title="CrossExam", page_icon="🔎", layout="wide")
sections = navigation.sections()
pages = {page.url_path: page for section in sections.values() for page in section}
section_of = {page.url_path: name for name, section in sections.items() for page in section}
earlier = [  # each leads to the page that it became
    st.Page(lambda: None, title=pages[new].title, url_path=old, visibility="hidden")
    for old, new in navigation.EARLIER_ADDRESSES.items()
]
page = st.navigation({**sections, "Earlier addresses": earlier}, position="top")
link = st.query_params.to_dict()
if page.url_path in navigation.EARLIER_ADDRESSES:
    st.switch_page(pages[navigation.EARLIER_ADDRESSES[page.url_path]], query_params=link)
if not page.url_path and url_state.says_what_to_search(link):  # Compare's address before Start came
    st.switch_page(pages["compare"], query_params=link)
corpora = corpus_names()
address, section = page.url_path, section_of.get(page.url_path, "")
links = url_state.link_names({path: PAGE_LINKS.get(path, ()) for path in pages}, corpora, ABOUT)
page_link.begin(address, links)
app_pages.offer(pages, links)
name_page(page.title)
take_from_link()
page_style(stage=stage.is_on())
recognise(browser_visitor(visitor_id(), key="visitor"))
keep_history(address, links)
pressed = listen(address)
page_name(page.title, section)
link_place = st.container(key="link_place")
shared_bar(
    corpora,
    parts=NO_QUERY.get(address, WHOLE),
    corpus_key=url_state.CORPUS,
    query_key=url_state.QUERY,
    longest_query=url_state.LONGEST_QUERY,
    keep=keeper(address),
    attached=url_state.first_stages(),
    example=example_query(url_state.corpus_name()),
)
offered_rankers()
notes()
about_link = st.empty()
page_link.update(address, links)
link_button(link_place, searches=address not in NO_QUERY)
link_notices(about_link)
keep_step(current_view(), pressed)
begin_page(address)
try:
    page.run()
finally:  # a page that stops early has chosen too
    page_link.update(address, links)
    link_notices(about_link)

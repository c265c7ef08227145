"""The English stop words that BM25 leaves out: the 33 of Apache Lucene's classic list."""

ENGLISH_STOP_WORDS = frozenset(
    {
        *("a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into"),
        *("is", "it", "no", "not", "of", "on", "or", "such", "that", "the", "their", "then"),
        *("there", "these", "they", "this", "to", "was", "will", "with"),
    }
)

# Words that say nothing of what an English text is about, beyond those that BM25 leaves out:
# they are counted, but a list of frequent words does without them.
FUNCTION_WORDS = ENGLISH_STOP_WORDS | {
    *("i", "me", "my", "mine", "myself", "we", "us", "our", "ours", "ourselves"),
    *("you", "your", "yours", "yourself", "he", "him", "his", "himself", "she", "her", "hers"),
    *("herself", "its", "itself", "them", "theirs", "themselves", "one", "ones", "oneself"),
    *("who", "whom", "whose", "which", "what", "when", "where", "why", "how", "whether"),
    *("those", "same", "other", "others", "another", "each", "every", "either", "neither"),
    *("both", "all", "any", "some", "few", "many", "more", "most", "much", "several", "own"),
    *("am", "were", "been", "being", "do", "does", "did", "doing", "done", "has", "have", "had"),
    *("having", "can", "could", "may", "might", "must", "shall", "should", "would", "cannot"),
    *("about", "above", "across", "after", "against", "along", "among", "around", "before"),
    *("behind", "below", "beneath", "beside", "between", "beyond", "down", "during", "from"),
    *("inside", "like", "near", "off", "onto", "out", "outside", "over", "past", "per"),
    *("since", "through", "throughout", "till", "toward", "towards", "under", "until", "up"),
    *("upon", "via", "within", "without", "than", "so", "because", "although", "though"),
    *("while", "unless", "nor", "yet", "also", "too", "very", "just", "only", "even", "ever"),
    *("never", "still", "again", "here", "once", "now", "almost", "already", "always", "often"),
    *("rather", "quite", "thus", "hence", "however", "therefore", "else", "instead", "away"),
    *("s", "t", "d", "ll", "m", "re", "ve", "don", "doesn", "didn", "isn", "aren", "wasn", "won"),
}

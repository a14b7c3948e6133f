"""Whatever stands around a canary, it is found; and looking for it ends."""

from holdback.people.canaries import Canaries, Canary

SEEDS = "canaries"
ADDRESS = "ann.smith79@corp.example"
PLANTED = [Canary(1, ADDRESS, "Spring export", "Agency X", 0.0, "jane")]
OTHERS = [Canary(n, f"jane+x{n}@d{n}.example", "Spring export", "", 0.0, "jane") for n in range(2, 40)]
FEW, MANY = Canaries(PLANTED), Canaries([*PLANTED, *OTHERS])


def check(data: bytes) -> None:
    """Few domains are searched one by one, of many the words behind at-signs are: both find the same."""
    noise = data.decode("utf-8", "replace")
    for text in (noise, f"{noise}\n\n {ADDRESS} \n\n{noise}"):
        few, many = (canaries.in_text(text, lambda: None) for canaries in (FEW, MANY))
        assert few.keys() <= many.keys()
        assert (1 in few) >= (text is not noise)

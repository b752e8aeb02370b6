"""IPA 2: OS command injection OSコマンド・インジェクション."""

import ast

from . import source

SHELLS = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "commands.getoutput"}


def test_2_i_a_nothing_starts_a_shell() -> None:
    """Nor evaluates a text as a program."""
    wrong = []
    for place, call in source.calls():
        shell = any(one.arg == "shell" and not _is(one.value, False) for one in call.keywords)
        if source.named(call.func) in SHELLS | {"eval", "exec", "pickle.loads", "yaml.load"} or shell:
            wrong.append(place)
    assert wrong == []


def _is(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def test_2_ii_programs_get_their_arguments_one_by_one_and_no_name_that_somebody_typed() -> None:
    """A command is a list; names of uploads never are on it: the limited process reads paths of our own making."""
    wrong = [
        place
        for place, call in source.calls()
        if source.named(call.func) in {"subprocess.run", "subprocess.Popen", "subprocess.check_output"}
        and call.args
        and isinstance(call.args[0], ast.Constant | ast.JoinedStr | ast.BinOp)
    ]
    assert wrong == []

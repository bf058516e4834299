"""How well a value is read as language: characters for a token. Knows pieces of words; knows no rule and no text.

Strategy: models read words as few tokens and random characters as many. The pieces were learnt by us, by joining the most
frequent neighbours in the words of the Python standard library, and are tried longest first.
"""

from __future__ import annotations

import re

_PIECES = frozenset(
    """
    abc able abstr accep ace ach ache ack act acti action acute add addr address after age ain ale ali alias all allow
    ally als also ame and ang angle annot ans ant any api app append arch ard are ared arg args argument arguments ary
    ascii ase ask ass asyn async atch ate ated ates ath ation ations ative ator attr attribut attribute ature ause aut
    auth ava avail available back bar bas base been before ber bers bet bin bind bit ble block body bound box brack
    bracket bre break buf buffer bug buil build built builtin but button byte bytes cache cal call callable callback
    called can cance cancel canv cap capit case cate ced cent cep ces cess chang char charac character chars charset chec
    check child chunk cii circ circum clas class classes cle clear cli clo close closed cls clu cmd code codec col colle
    color colum column com comm command comment comp compil compile compiler complete compress con cond config conne
    connection const cont contain content context contin control conver cook cookie copy cor count cre create cted ction
    ctor cur curre current cust dat data date day debug deci decimal deco decode decoder ded def defaul default defaults
    defin defined del delete deprec der derr dest dia dial dialog dict diction diff differ dig digit din ding dir dire
    director directory dirs dis disp dispatch displ display dist doc does domain don done dot double down draw dst ear ect
    edit eld elds element eli ell else emp empty ename ence ences enco encode encoder encoding end eno ent entry enum envi
    environ eof equal ere err error ers ert escap escape esis event exa example exc excep except exception exec execut
    exist exit exp expe expected express expression ext exten extension extra fact fail fal false faul ffer field fields
    fig fil file filename files fill fin final find first fix flag flags flex flo float fol follow font for fore form
    format found frame fro from ful full fun func function functions fut future gen gener ger get getattr glob global gra
    grave gree gro group gth hand handl handle handler has hash have head header headers hel help here high host html http
    ibut ick ident idle ies igh ight igno ignore ild ile ill ime imp implement implemented import inclu include incre
    increment incremental ind inde indent index indi indic ine info ing ings init initi input inser insert inst instan
    instance int inte integer inter intern into invalid ion iso ist ite item items iter ith ither ition its ity ive join
    just ken key keys keyword lab label last lat latin led left lement len length less let lete leve level lex lib libr
    lic lig light like lim limit lin line lineno lines link list liter load lob loc local locale lock log long look loop
    low lower mac mail main make mal man manag map mapp mapping mar mark master match max may med mem member men ment menu
    mess message metho method methods min mis mock mod mode modi modu module modules mon month more most mple msg mul
    multi nam name named names need neg net new next node non none nor not note now nown num number obj object off offset
    old one ong only ont open oper opt option optional options order orig origin oriz ort ory ote other ous out output ove
    over pack package pad par param parame parameter params pare paren parent parse parser part parts pas pass passed pat
    path pattern pend per pick pid pip pipe place plat platform point pop port pos position pre prec prefix present press
    pri print pro process proper proto protocol provi prox proxy put python qual que quest queue qui quot quote rai raise
    rang range raw read reader ready recor red ree reen ref refer reg regi register rele release remo remove replace repr
    represent request requi res resp respon response ress resu resul result return returns right ril rol ron root row rst
    run runn safe same save scr screen scrip script search second section sed see sel sele select self send sent sep separ
    separator sequ sequence ser server ses set sha sho short should show sible side sig sign simple sing single sion six
    size skip small sock socket some sort sour source space spec speci special specifi specified spl split src ssl stack
    stand standard star start starts stat state statement status stdo stdout stem ster sto stop str stre stream stri
    strict string strings strip stru struct sub subclass sup super support supported sure sym syn sys system tab table tag
    tail tar target task ted temp ter termin tern ters tes test text than that the ther there thing this tho thon thread
    til time timeout ting tion tit title tle token ton top tra trace traceback tran trans transp transport tree true try
    tuple tur turn turtle typ type types uble uff ugh uld ument und under uni unicode unk unt update uple ure url use used
    user ush using ust ute utf util utils val valid valu value values var vari variable vars ved ven ver version verti
    vice view wait war warn warning warnings was way ways when where whi which while wid widget width will win windo
    window windows wise with wor word work wrap wrapp writ write writer year you zer zero zip    """.split()
)
_LONGEST = max(map(len, _PIECES))
_RUN = re.compile(r"[ _.-]?([A-Z]?[a-z]+|[A-Z]+(?![a-z]))|.", re.DOTALL)
"""A word, with what parts it from the one before, or any other character."""
_LOOKED_AT = 256
"""Longer values are judged by their first characters."""


def efficiency(value: str) -> float:
    """Measure how many characters a token holds: some 1 in random values, 3 and more in words."""
    looked_at = value[:_LOOKED_AT]
    tokens = sum(_tokens((run[1] or "").lower()) for run in _RUN.finditer(looked_at))
    return len(looked_at) / tokens if tokens else 0.0


def _tokens(word: str) -> int:
    """Count the tokens of a word in small letters; of what is none, one."""
    start = count = 0
    while start < len(word):
        longest = range(min(_LONGEST, len(word) - start), 2, -1)
        start += next((length for length in longest if word[start : start + length] in _PIECES), 1)
        count += 1
    return count or 1

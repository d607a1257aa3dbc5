# A program of several hundred lines in one file: a world, a parser, events and a scripted player.
class Thing:
    def __init__(self, name, weight=1, **traits):
        self.name = name
        self.weight = weight
        self.traits = traits
        self.where = None

    def move(self, place):
        if self.where is not None:
            self.where.things.remove(self)
        self.where = place
        if place is not None:
            place.things.append(self)

    def __repr__(self):
        return self.name


class Container(Thing):
    def __init__(self, name, weight=1, **traits):
        super().__init__(name, weight, **traits)
        self.things = []

    @property
    def load(self):
        return sum(t.weight + getattr(t, "load", 0) for t in self.things)


class Room(Container):
    def __init__(self, name, text):
        super().__init__(name, 0)
        self.text = text
        self.exits = {}
        self.visits = 0

    BACK = {"north": "south", "east": "west", "up": "down"}

    def connect(self, way, other, key=None):
        self.exits[way] = other, key
        back = self.BACK.get(way) or {v: k for k, v in self.BACK.items()}[way]
        other.exits[back] = self, key


class GameOver(Exception):
    pass


class Refusal(Exception):
    pass


class Game:
    def __init__(self):
        self.log = []
        self.turn = 0
        self.score = 0
        self.player = Container("you", 60, limit=12)
        rooms = [Room("hall", "A cold hall."), Room("cellar", "It drips."), Room("tower", "Wind."), Room("vault", "Gold glints."), Room("garden", "Roses.")]
        self.rooms = {r.name: r for r in rooms}
        hall, cellar, tower, vault, garden = rooms
        hall.connect("down", cellar)
        hall.connect("up", tower)
        hall.connect("east", garden)
        cellar.connect("north", vault, key="key")
        lamp, key, rope = Thing("lamp", 2, light=True, lit=False), Thing("key", 1), Thing("rope", 5)
        chest = Container("chest", 9, open=False)
        gold = Thing("gold", 8, value=50)
        for thing, place in ((lamp, hall), (key, tower), (rope, garden), (chest, vault)):
            thing.move(place)
        gold.move(chest)
        self.things = {t.name: t for t in (lamp, key, rope, chest, gold)}
        self.player.move(hall)
        self.timers = [(6, self.storm), (15, self.dusk)]
        self.dark = False

    @property
    def room(self):
        return self.player.where

    def say(self, text):
        self.log.append(f"{self.turn:>2} {text}")

    def storm(self):
        self.say("Thunder rolls.")
        self.timers.append((self.turn + 9, self.storm))

    def dusk(self):
        self.dark = True
        self.say("Night falls.")

    def can_see(self):
        lamp = self.things["lamp"]
        return not self.dark or (lamp.traits["lit"] and lamp.where in (self.player, self.room))

    def find(self, name, *places):
        for place in places:
            for thing in place.things:
                if thing.name == name:
                    return thing
                if isinstance(thing, Container) and thing.traits.get("open"):
                    for inner in thing.things:
                        if inner.name == name:
                            return inner
        raise Refusal(f"There is no {name} here.")

    def do_go(self, way):
        if way not in self.room.exits:
            raise Refusal(f"No way {way}.")
        target, key = self.room.exits[way]
        if key and not any(t.name == key for t in self.player.things):
            raise Refusal("Locked.")
        self.player.move(target)
        target.visits += 1
        if target.visits == 1:
            self.score += 5
        self.do_look()

    def do_look(self):
        if not self.can_see():
            return self.say("It is dark.")
        seen = [t.name for t in self.room.things if t is not self.player]
        self.say(f"{self.room.text} {'You see ' + ', '.join(seen) + '.' if seen else ''}".strip() + f" Exits: {' '.join(sorted(self.room.exits))}.")

    def do_take(self, name):
        thing = self.find(name, self.room)
        if thing is self.player:
            raise Refusal("Yourself?")
        if self.player.load + thing.weight > self.player.traits["limit"]:
            raise Refusal(f"The {name} is too heavy.")
        thing.move(self.player)
        self.score += thing.traits.get("value", 0)
        self.say(f"Taken: {name} ({self.player.load} carried).")

    def do_drop(self, name):
        self.find(name, self.player).move(self.room)
        self.say(f"Dropped: {name}.")

    def do_light(self, name):
        thing = self.find(name, self.player, self.room)
        if not thing.traits.get("light"):
            raise Refusal(f"The {name} does not burn.")
        thing.traits["lit"] = True
        self.say("Light!")

    def do_open(self, name):
        thing = self.find(name, self.room, self.player)
        match thing:
            case Container(traits={"open": False}):
                thing.traits["open"] = True
                self.say(f"The {name} holds {thing.things}.")
            case Container():
                raise Refusal("It is open.")
            case _:
                raise Refusal(f"You cannot open the {name}.")

    def do_inventory(self):
        self.say(f"You carry {self.player.things or 'nothing'}.")

    def do_quit(self):
        raise GameOver("You leave.")

    SHORT = {"n": "go north", "s": "go south", "e": "go east", "w": "go west", "u": "go up", "d": "go down", "i": "inventory", "l": "look", "q": "quit"}

    def command(self, line):
        self.turn += 1
        words = self.SHORT.get(line, line).split()
        try:
            match words:
                case []:
                    raise Refusal("Pardon?")
                case ["take" | "drop" as verb, "all"]:
                    for thing in list((self.room if verb == "take" else self.player).things):
                        if thing is not self.player:
                            try:
                                getattr(self, "do_" + verb)(thing.name)
                            except Refusal as e:
                                self.say(str(e))
                case [verb, *rest] if (method := getattr(self, "do_" + verb, None)):
                    method(*rest)
                case [verb, *_]:
                    raise Refusal(f"What is {verb!r}?")
        except Refusal as e:
            self.say(str(e))
        except TypeError as e:
            self.say("Say it otherwise: " + str(e).split(".", 1)[-1])
        due = [t for t in self.timers if t[0] <= self.turn]
        self.timers = [t for t in self.timers if t[0] > self.turn]
        for _, event in due:
            event()


game = Game()
script = "l;take lamp;dance;u;take key;d;d;n;open chest;take gold;i;drop lamp;take gold;open chest;s;u;light lamp;take;e;take rope;take all;i;;w;l;d;n;take lamp;light lamp;take lamp;light rope;n;s;s;drop all;i;q"
try:
    for line in script.split(";"):
        game.command(line)
except GameOver as e:
    game.say(str(e))
print("\n".join(game.log))
print("score", game.score, {r.name: (r.visits, r.things) for r in game.rooms.values()})
games = 0
for seed in range(30):
    g = Game()
    state = seed
    verbs = ["n", "s", "u", "d", "e", "w", "take all", "drop all", "light lamp", "open chest", "l", "i"]
    for _ in range(60):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        g.command(verbs[state >> 16 & 15] if state >> 16 & 15 < len(verbs) else "take gold")
    games = (games * 31 + g.score * 7 + len(g.log) + g.player.load) % 1000003
print(games)

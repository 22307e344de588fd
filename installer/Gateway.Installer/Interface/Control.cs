namespace Gateway.Installer.Interface;

/// <summary>One control of a dialog ("Control Table", Microsoft Learn). Lengths are installer units: a twelfth of the height of the system's font.</summary>
/// <param name="Name">Its name in the dialog.</param>
/// <param name="Type">What it is.</param>
/// <param name="X">From the left.</param>
/// <param name="Y">From the top.</param>
/// <param name="Width">Its width.</param>
/// <param name="Height">Its height.</param>
/// <param name="Text">What stands on it.</param>
internal sealed record Control(string Name, string Type, int X, int Y, int Width, int Height, string Text = "")
{
    /// <summary>The property that it edits, or empty.</summary>
    public string Property { get; init; } = "";

    /// <summary>What it listens to: event and attribute ("EventMapping Table").</summary>
    public (string Event, string Attribute)? Shows { get; init; }

    /// <summary>What it does, in order: event and argument ("ControlEvent Table").</summary>
    public IReadOnlyList<(string Event, string Argument)> Does { get; init; } = [];

    /// <summary>When it is hidden, or empty ("ControlCondition Table").</summary>
    public string HiddenWhen { get; init; } = "";

    /// <summary>A text.</summary>
    public static Control Label(string name, int y, int height, string text) => new(name, "Text", 20, y, 330, height, text);

    /// <summary>A button.</summary>
    public static Control Button(string name, int x, string word, params (string, string)[] does) => new(name, "PushButton", x, 243, 62, 17, $"[{word}]") { Does = does };

    /// <summary>A field for a path.</summary>
    public static Control Field(string property, int y) => new(property, "Edit", 20, y, 330, 16, "{260}") { Property = property };

    /// <summary>Visible and enabled; a text has no background of its own and takes &amp; as it is, but where it names the next field.</summary>
    public int Attributes => Type == "Text" ? 1 + 2 + 65536 + (Text.Contains('&', StringComparison.Ordinal) ? 0 : 131072) : Type is "Line" ? 1 : 1 + 2;

    /// <summary>Whether the keyboard reaches it.</summary>
    public bool IsReached => Type is "PushButton" or "Edit";
}

/// <summary>One dialog ("Dialog Table").</summary>
/// <param name="Name">Its name.</param>
/// <param name="Controls">Its controls, in the order of the tabulator.</param>
internal sealed record Dialog(string Name, IReadOnlyList<Control> Controls)
{
    /// <summary>Visible, modal, with a button to minimize it.</summary>
    public int Attributes { get; init; } = 1 + 2 + 4;

    /// <summary>Its width.</summary>
    public int Width { get; init; } = 370;

    /// <summary>Its height.</summary>
    public int Height { get; init; } = 270;

    /// <summary>The control that Enter presses.</summary>
    public required string Default { get; init; }

    /// <summary>The control that has the keyboard first: a field, else what Enter presses.</summary>
    public string First => Controls.FirstOrDefault(control => control.Type == "Edit")?.Name ?? Default;

    /// <summary>The control that Escape presses.</summary>
    public required string Cancel { get; init; }
}
